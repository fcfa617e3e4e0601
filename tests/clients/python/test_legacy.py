"""The parameters from before expressions, as old programs with boto3 still send them."""

import unittest

from support import ServerTest


def compare(operator, *values):
    condition = {"ComparisonOperator": operator}
    if values:
        condition["AttributeValueList"] = list(values)
    return condition


class LegacyParameters(ServerTest):

    def test_attribute_updates(self):
        table = self.table()
        table.put_item(Item={"pk": "a", "n": 1, "gone": True, "tags": {"x", "y"}})
        updated = table.update_item(Key={"pk": "a"}, ReturnValues="UPDATED_NEW", AttributeUpdates={
            "n": {"Action": "ADD", "Value": 4},
            "gone": {"Action": "DELETE"},
            "tags": {"Action": "DELETE", "Value": {"x"}},
            "m.n": {"Value": "a dot is no path here"},
        })
        self.assertEqual(updated["Attributes"], {"n": 5, "tags": {"y"}, "m.n": "a dot is no path here"})
        self.assert_refused("ValidationException", "ADD action is not supported for the type S", table.update_item,
                            Key={"pk": "a"}, AttributeUpdates={"n": {"Action": "ADD", "Value": "text"}})

    def test_expected(self):
        table = self.table()
        exceptions = self.client.exceptions
        table.put_item(Item={"pk": "a", "n": 5}, Expected={"pk": {"Exists": False}})
        with self.assertRaises(exceptions.ConditionalCheckFailedException):
            table.put_item(Item={"pk": "a"}, Expected={"pk": {"Exists": False}})
        with self.assertRaises(exceptions.ConditionalCheckFailedException):
            table.delete_item(Key={"pk": "a"}, Expected={"n": {"Value": 6}})
        both = {"n": compare("GT", 5), "pk": compare("BEGINS_WITH", "a")}
        with self.assertRaises(exceptions.ConditionalCheckFailedException):
            table.delete_item(Key={"pk": "a"}, Expected=both)
        gone = table.delete_item(Key={"pk": "a"}, Expected=both, ConditionalOperator="OR", ReturnValues="ALL_OLD")
        self.assertEqual(gone["Attributes"], {"pk": "a", "n": 5})

    def test_conditions_of_reads(self):
        table = self.table("pk sk:N", indexes={"by-kind": "kind sk:N"})
        with table.batch_writer() as batch:
            for sk in range(10):
                batch.put_item(Item={"pk": "p", "sk": sk, "kind": "k", "odd": sk % 2 == 1, "word": f"w{sk}"})

        def numbers(read):
            return [int(item["sk"]) for item in read["Items"]]

        of_p = {"pk": compare("EQ", "p")}
        self.assertEqual(numbers(table.query(KeyConditions={**of_p, "sk": compare("BETWEEN", 3, 5)})), [3, 4, 5])
        self.assertEqual(numbers(table.query(KeyConditions=of_p, QueryFilter={"odd": compare("EQ", True)},
                                             ScanIndexForward=False)), [9, 7, 5, 3, 1])
        self.assertEqual(numbers(table.query(IndexName="by-kind", Limit=2, KeyConditions={
            "kind": compare("EQ", "k"), "sk": compare("GE", 4)})), [4, 5])
        scanned = table.scan(ScanFilter={"word": compare("IN", "w1", "w8"), "sk": compare("LT", 2)},
                             ConditionalOperator="OR", AttributesToGet=["sk"])
        self.assertEqual(sorted(numbers(scanned)), [0, 1, 8])
        self.assertTrue(all(set(item) == {"sk"} for item in scanned["Items"]))
        self.assertEqual(table.get_item(Key={"pk": "p", "sk": 3}, AttributesToGet=["word"])["Item"], {"word": "w3"})
        self.assert_refused("ValidationException", "Can not use both expression and non-expression parameters",
                            table.scan, ScanFilter={"sk": compare("NOT_NULL")}, ProjectionExpression="sk")


if __name__ == "__main__":
    unittest.main()
