"""Transactions with boto3: all or nothing, reasons with their items, tokens, and transfers of several threads."""

import threading
import unittest

from botocore.exceptions import ClientError
from support import ServerTest


def of(name, pk, **more):
    return {"TableName": name, "Key": {"pk": {"S": pk}}, **more}


class Transactions(ServerTest):

    def write(self, *actions, **options):
        return self.client.transact_write_items(TransactItems=list(actions), **options)

    def test_all_kinds_of_actions_together(self):
        table = self.table()
        table.put_item(Item={"pk": "gone"})
        table.put_item(Item={"pk": "there", "n": 1})
        one = {":n": {"N": "1"}}
        self.write(
            {"Put": {"TableName": table.name, "Item": {"pk": {"S": "new"}, "data": {"B": b"\x00\xff"}}}},
            {"Update": of(table.name, "made", UpdateExpression="SET n = :n", ExpressionAttributeValues=one)},
            {"Delete": of(table.name, "gone")},
            {"ConditionCheck": of(table.name, "there", ConditionExpression="n = :n", ExpressionAttributeValues=one)})
        read = self.client.transact_get_items(
            TransactItems=[{"Get": of(table.name, pk)} for pk in ("new", "made", "gone")]
            + [{"Get": of(table.name, "there", ProjectionExpression="n")}], ReturnConsumedCapacity="TOTAL")
        self.assertEqual(read["Responses"], [
            {"Item": {"pk": {"S": "new"}, "data": {"B": b"\x00\xff"}}},
            {"Item": {"pk": {"S": "made"}, "n": {"N": "1"}}},
            {},
            {"Item": {"n": {"N": "1"}}},
        ])
        self.assertEqual(read["ConsumedCapacity"],
                         [{"TableName": table.name, "CapacityUnits": 8.0, "ReadCapacityUnits": 8.0}])

    def test_reasons_of_a_cancelled_one(self):
        table = self.table()
        table.put_item(Item={"pk": "taken", "n": 7})
        absent = "attribute_not_exists(pk)"
        with self.assertRaises(self.client.exceptions.TransactionCanceledException) as caught:
            self.write(
                {"Put": {"TableName": table.name, "Item": {"pk": {"S": "new"}}}},
                {"Put": {"TableName": table.name, "Item": {"pk": {"S": "taken"}}, "ConditionExpression": absent,
                         "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
                {"ConditionCheck": of(table.name, "nothing", ConditionExpression="attribute_exists(pk)")},
                {"Update": of(table.name, "other", UpdateExpression="SET a = b")})
        reply = caught.exception.response
        self.assertEqual(reply["Error"]["Message"],
                         "Transaction cancelled, please refer cancellation reasons for specific reasons "
                         "[None, ConditionalCheckFailed, ConditionalCheckFailed, ValidationError]")
        failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
        self.assertEqual(reply["CancellationReasons"], [
            {"Code": "None"},
            {**failed, "Item": {"pk": {"S": "taken"}, "n": {"N": "7"}}},
            failed,
            {"Code": "ValidationError",
             "Message": "The provided expression refers to an attribute that does not exist in the item"},
        ])
        self.assertNotIn("Item", table.get_item(Key={"pk": "new"}))

    def test_a_token(self):
        table = self.table()

        def add(amount):
            return {"Update": of(table.name, "n", UpdateExpression="ADD n :n",
                                 ExpressionAttributeValues={":n": {"N": str(amount)}})}

        token = {"ClientRequestToken": "once and for all"}
        self.write(add(1), **token)
        self.write(add(1), **token)
        self.assertEqual(table.get_item(Key={"pk": "n"})["Item"]["n"], 1)
        with self.assertRaises(self.client.exceptions.IdempotentParameterMismatchException):
            self.write(add(2), **token)
        # boto3 makes a token of its own for each call that has none.
        self.write(add(1))
        self.write(add(1))
        self.assertEqual(table.get_item(Key={"pk": "n"})["Item"]["n"], 3)

    def test_refusals(self):
        table = self.table()
        twice = {"Delete": of(table.name, "a")}
        self.assert_refused("ValidationException", "cannot include multiple operations on one item", self.write,
                            twice, twice)
        self.assert_refused("ValidationException", "Invalid UpdateExpression: Syntax error", self.write,
                            {"Update": of(table.name, "a", UpdateExpression="SET")})
        self.assert_refused("ResourceNotFoundException", "Requested resource not found", self.write,
                            {"Delete": of("never-made", "a")})
        self.assert_refused("ValidationException", "transactItems", self.write,
                            *({"Delete": of(table.name, str(i))} for i in range(101)))

    def test_transfers_of_several_threads(self):
        table = self.table()
        accounts = [f"account-{i}" for i in range(4)]
        for pk in accounts:
            table.put_item(Item={"pk": pk, "amount": 100})
        totals = []
        unexpected = []

        def move(source, target):
            self.write(
                {"Update": of(table.name, source, UpdateExpression="SET amount = amount - :n",
                              ConditionExpression="amount >= :n", ExpressionAttributeValues={":n": {"N": "30"}})},
                {"Update": of(table.name, target, UpdateExpression="SET amount = amount + :n",
                              ExpressionAttributeValues={":n": {"N": "30"}})})

        def total():
            read = self.client.transact_get_items(TransactItems=[{"Get": of(table.name, pk)} for pk in accounts])
            totals.append(sum(int(response["Item"]["amount"]["N"]) for response in read["Responses"]))

        def work(number):
            for i in range(40):
                try:
                    move(accounts[(number + i) % 4], accounts[(number + i + 1 + i % 3) % 4])
                    total()
                except self.client.exceptions.TransactionCanceledException:
                    pass  # a conflict, or an account that is empty
                except ClientError as error:
                    unexpected.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(unexpected, [])
        total()
        self.assertEqual(set(totals), {400})


if __name__ == "__main__":
    unittest.main()
