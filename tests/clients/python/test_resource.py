"""boto3's resource: tables as objects, native values, conditions, the batch writer."""

import decimal
import threading
import unittest
from decimal import Decimal

from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary

from support import ServerTest


class Values(ServerTest):

    def test_native_values(self):
        table = self.table()
        item = {
            "pk": "a", "int": Decimal(5), "fraction": Decimal("-1.25"), "precise": Decimal("1234567890123456789012345678901234567.8"),
            "tiny": Decimal("1E-128"), "huge": Decimal("9" * 38), "text": "ünïcödé", "binary": Binary(b"\x00\x01\xff"), "yes": True, "none": None,
            "list": [Decimal(1), "a", [None]], "map": {"x": {"y": []}}, "strings": {"a", "b"}, "numbers": {Decimal(1), Decimal("2.5")},
            "binaries": {Binary(b"1"), Binary(b"2")}}
        table.put_item(Item=item)
        stored = table.get_item(Key={"pk": "a"}, ConsistentRead=True)["Item"]
        self.assertEqual(stored, item)
        self.assertEqual(bytes(stored["binary"]), b"\x00\x01\xff")

    def test_numbers_that_do_not_fit(self):
        table = self.table()
        with self.assertRaises((decimal.Inexact, decimal.Rounded)):
            table.put_item(Item={"pk": "a", "n": Decimal("1" * 39)})
        self.assert_refused("ValidationException", "more than 38 significant digits", self.client.put_item,
                            TableName=table.name, Item={"pk": {"S": "a"}, "n": {"N": "1" * 39}})

    def test_update_and_return_values(self):
        table = self.table()
        table.put_item(Item={"pk": "a", "n": 1, "tags": {"x"}})
        reply = table.update_item(
            Key={"pk": "a"}, UpdateExpression="SET #n = #n + :by ADD tags :t", ExpressionAttributeNames={"#n": "n"},
            ExpressionAttributeValues={":by": 4, ":t": {"y"}}, ReturnValues="ALL_NEW")
        self.assertEqual(reply["Attributes"], {"pk": "a", "n": 5, "tags": {"x", "y"}})
        reply = table.update_item(
            Key={"pk": "a"}, AttributeUpdates={"n": {"Action": "ADD", "Value": 1}}, ReturnValues="UPDATED_NEW")
        self.assertEqual(reply["Attributes"], {"n": 6})
        self.assertEqual(table.delete_item(Key={"pk": "a"}, ReturnValues="ALL_OLD")["Attributes"]["n"], 6)

    def test_conditions_on_writes(self):
        table = self.table()
        table.put_item(Item={"pk": "a", "n": 1}, ConditionExpression=Attr("pk").not_exists())
        failed = table.meta.client.exceptions.ConditionalCheckFailedException
        with self.assertRaises(failed):
            table.put_item(Item={"pk": "a"}, ConditionExpression=Attr("pk").not_exists())
        with self.assertRaises(failed):
            table.delete_item(Key={"pk": "a"}, ConditionExpression=Attr("n").gt(1) | Attr("missing").exists())
        table.delete_item(Key={"pk": "a"}, ConditionExpression=Attr("n").between(0, 1) & ~Attr("pk").begins_with("b"))
        self.assertNotIn("Item", table.get_item(Key={"pk": "a"}))


class Queries(ServerTest):

    def setUp(self):
        self.movies = self.table("year:N title", indexes={"ByDirector": "director year:N"})
        directors = ["Ann", "Bob", "Cid"]
        with self.movies.batch_writer() as batch:
            for i in range(60):
                batch.put_item(Item={
                    "year": 1990 + i % 4, "title": f"Movie {i:02}", "director": directors[i % 3], "rating": Decimal(i % 10),
                    "info": {"genres": ["Drama"] if i % 2 else ["Comedy", "Drama"], "text": "x" * (i % 5)}, "cast": {"Eve", f"Actor {i % 6}"}})

    def titles(self, reply):
        return [item["title"] for item in reply["Items"]]

    def test_key_conditions(self):
        of_1991 = [f"Movie {i:02}" for i in range(60) if i % 4 == 1]
        query = self.movies.query
        self.assertEqual(self.titles(query(KeyConditionExpression=Key("year").eq(1991))), of_1991)
        self.assertEqual(self.titles(query(KeyConditionExpression=Key("year").eq(1991), ScanIndexForward=False)), of_1991[::-1])
        for condition, expected in [
                (Key("title").begins_with("Movie 1"), [t for t in of_1991 if t.startswith("Movie 1")]),
                (Key("title").between("Movie 10", "Movie 20"), [t for t in of_1991 if "Movie 10" <= t <= "Movie 20"]),
                (Key("title").lt("Movie 10"), [t for t in of_1991 if t < "Movie 10"]),
                (Key("title").gte("Movie 50"), [t for t in of_1991 if t >= "Movie 50"]),
                (Key("title").eq("Movie 05"), ["Movie 05"])]:
            self.assertEqual(self.titles(query(KeyConditionExpression=Key("year").eq(1991) & condition)), expected)

    def test_index_and_paging_by_hand(self):
        found, start = [], {}
        while True:
            page = self.movies.query(IndexName="ByDirector", KeyConditionExpression=Key("director").eq("Ann") & Key("year").gte(1992), Limit=3, **start)
            self.assertLessEqual(len(page["Items"]), 3)
            found += self.titles(page)
            if "LastEvaluatedKey" not in page:
                break
            self.assertEqual(set(page["LastEvaluatedKey"]), {"director", "year", "title"})
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        self.assertEqual(sorted(found), sorted(f"Movie {i:02}" for i in range(60) if i % 3 == 0 and i % 4 >= 2))

    def test_filters(self):
        def scan(condition):
            return set(self.titles(self.movies.scan(FilterExpression=condition)))

        def expected(condition):
            return {f"Movie {i:02}" for i in range(60) if condition(i)}

        for condition, check in [
                (Attr("rating").eq(3), lambda i: i % 10 == 3),
                (Attr("rating").ne(3), lambda i: i % 10 != 3),
                (Attr("rating").is_in([1, 2]), lambda i: i % 10 in (1, 2)),
                (Attr("info.genres").contains("Comedy"), lambda i: i % 2 == 0),
                (Attr("info.genres[0]").eq("Drama"), lambda i: i % 2 == 1),
                (Attr("cast").contains("Actor 5"), lambda i: i % 6 == 5),
                (Attr("info.text").size().gte(4), lambda i: i % 5 == 4),
                (Attr("rating").attribute_type("N") & Attr("title").begins_with("Movie 0"), lambda i: i < 10),
                (~(Attr("rating").lt(8) | Attr("year").eq(1990)), lambda i: i % 10 >= 8 and i % 4 != 0),
                (Attr("missing").not_exists() & Attr("info.text").exists(), lambda i: True)]:
            self.assertEqual(scan(condition), expected(check), condition.get_expression())

    def test_projection_select_and_capacity(self):
        reply = self.movies.query(
            KeyConditionExpression=Key("year").eq(1990) & Key("title").eq("Movie 00"), ProjectionExpression="title, info.genres[1], #r",
            ExpressionAttributeNames={"#r": "rating"}, ReturnConsumedCapacity="TOTAL")
        self.assertEqual(reply["Items"], [{"title": "Movie 00", "info": {"genres": ["Drama"]}, "rating": 0}])
        self.assertEqual(reply["ConsumedCapacity"], {"TableName": self.movies.name, "CapacityUnits": 0.5})
        counted = self.movies.scan(Select="COUNT", FilterExpression=Attr("rating").gt(4))
        self.assertEqual((counted["Count"], counted["ScannedCount"]), (30, 60))
        self.assertNotIn("Items", counted)

    def test_parallel_scan(self):
        found = []

        def scan(segment):
            reply = self.movies.scan(Segment=segment, TotalSegments=3)
            found.extend(self.titles(reply))

        threads = [threading.Thread(target=scan, args=(segment,)) for segment in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(found), [f"Movie {i:02}" for i in range(60)])


class Batches(ServerTest):

    def test_batch_writer(self):
        table = self.table("pk sk:N")
        with table.batch_writer(overwrite_by_pkeys=["pk", "sk"]) as batch:
            for i in range(130):
                batch.put_item(Item={"pk": "p", "sk": i % 100, "v": i})
            batch.delete_item(Key={"pk": "p", "sk": 99})
        items = table.query(KeyConditionExpression=Key("pk").eq("p"))["Items"]
        self.assertEqual([int(item["v"]) for item in items], list(range(100, 130)) + list(range(30, 99)))

    def test_duplicates_are_refused(self):
        table = self.table()
        with self.assertRaises(self.client.exceptions.ClientError) as caught:
            with table.batch_writer() as batch:
                batch.put_item(Item={"pk": "a"})
                batch.put_item(Item={"pk": "a"})
        self.assertEqual(caught.exception.response["Error"]["Message"], "Provided list of item keys contains duplicates")

    def test_batch_get(self):
        one, two = self.table(), self.table("pk:N")
        one.put_item(Item={"pk": "a", "v": 1})
        two.put_item(Item={"pk": 1, "v": 2})
        reply = self.resource.batch_get_item(RequestItems={
            one.name: {"Keys": [{"pk": "a"}, {"pk": "b"}]}, two.name: {"Keys": [{"pk": 1}], "ProjectionExpression": "v"}})
        self.assertEqual(reply["Responses"], {one.name: [{"pk": "a", "v": 1}], two.name: [{"v": 2}]})
        self.assertEqual(reply["UnprocessedKeys"], {})

    def test_table_attributes(self):
        table = self.table("pk sk:N", indexes={"byOwner": "owner"})
        table.reload()
        self.assertEqual(table.table_status, "ACTIVE")
        self.assertEqual(table.item_count, 0)
        self.assertEqual(table.key_schema[1], {"AttributeName": "sk", "KeyType": "RANGE"})
        self.assertEqual(table.billing_mode_summary["BillingMode"], "PAY_PER_REQUEST")
        table.delete()
        table.wait_until_not_exists()


if __name__ == "__main__":
    unittest.main()
