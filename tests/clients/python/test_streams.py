"""Streams with boto3: records of every kind of write, iterators, a stream that is switched off and on."""

import unittest

import boto3
from support import CREDENTIALS, ServerTest, eventually


class Streams(ServerTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.streams = boto3.session.Session(**CREDENTIALS).client(
            "dynamodbstreams", endpoint_url=cls.server.endpoint)
        cls.addClassCleanup(cls.streams.close)

    def streamed(self, view="NEW_AND_OLD_IMAGES", **options):
        return self.table(StreamSpecification={"StreamEnabled": True, "StreamViewType": view}, **options)

    def shard(self, arn):
        [shard] = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        return shard

    def records(self, arn, kind="TRIM_HORIZON", **options):
        iterator = self.streams.get_shard_iterator(
            StreamArn=arn, ShardId=self.shard(arn)["ShardId"], ShardIteratorType=kind, **options)["ShardIterator"]
        records = []
        while iterator:
            page = self.streams.get_records(ShardIterator=iterator, Limit=2)
            if not page["Records"]:
                break
            records += page["Records"]
            iterator = page.get("NextShardIterator")
        return records

    def test_records_of_every_effect(self):
        table = self.streamed()
        table.put_item(Item={"pk": "a", "data": b"\x00\xff", "n": 1})
        table.put_item(Item={"pk": "a", "data": b"\x00\xff", "n": 1})
        table.update_item(Key={"pk": "a"}, UpdateExpression="SET n = n + :n", ExpressionAttributeValues={":n": 1})
        table.delete_item(Key={"pk": "a"})
        table.delete_item(Key={"pk": "a"})
        with table.batch_writer() as batch:
            batch.put_item(Item={"pk": "b"})
        self.client.transact_write_items(
            TransactItems=[{"Delete": {"TableName": table.name, "Key": {"pk": {"S": "b"}}}}])
        records = self.records(table.latest_stream_arn)
        self.assertEqual([record["eventName"] for record in records],
                         ["INSERT", "MODIFY", "REMOVE", "INSERT", "REMOVE"])
        change = records[1]
        self.assertEqual(change["eventSource"], "aws:dynamodb")
        self.assertEqual(change["awsRegion"], "us-east-1")
        self.assertEqual(change["dynamodb"]["Keys"], {"pk": {"S": "a"}})
        self.assertEqual(change["dynamodb"]["OldImage"],
                         {"pk": {"S": "a"}, "data": {"B": b"\x00\xff"}, "n": {"N": "1"}})
        self.assertEqual(change["dynamodb"]["NewImage"]["n"], {"N": "2"})
        self.assertEqual(change["dynamodb"]["StreamViewType"], "NEW_AND_OLD_IMAGES")
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        self.assertEqual(numbers, sorted(set(numbers)))

    def test_iterators(self):
        table = self.streamed("KEYS_ONLY")
        arn = table.latest_stream_arn
        for pk in "abc":
            table.put_item(Item={"pk": pk, "n": 1})

        def keys(records):
            self.assertTrue(all("NewImage" not in record["dynamodb"] for record in records))
            return "".join(record["dynamodb"]["Keys"]["pk"]["S"] for record in records)

        every = self.records(arn)
        self.assertEqual(keys(every), "abc")
        number = every[1]["dynamodb"]["SequenceNumber"]
        self.assertEqual(keys(self.records(arn, "AT_SEQUENCE_NUMBER", SequenceNumber=number)), "bc")
        self.assertEqual(keys(self.records(arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=number)), "c")
        self.assertEqual(keys(self.records(arn, "LATEST")), "")
        self.assert_refused("ResourceNotFoundException", "not found", self.streams.describe_stream,
                            StreamArn=arn + "1")
        self.assert_refused("ValidationException", "", self.streams.get_records, ShardIterator="bogus")

    def test_switching(self):
        table = self.streamed()
        first = table.latest_stream_arn
        table.put_item(Item={"pk": "a"})
        table.update(StreamSpecification={"StreamEnabled": False})
        table.wait_until_exists()
        table.put_item(Item={"pk": "unseen"})
        self.assertEqual(self.streams.describe_stream(StreamArn=first)["StreamDescription"]["StreamStatus"], "DISABLED")
        self.assertIn("EndingSequenceNumber", self.shard(first)["SequenceNumberRange"])
        self.assertEqual(len(self.records(first)), 1)
        table.update(StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
        table.reload()
        second = table.latest_stream_arn
        self.assertNotEqual(first, second)
        listed = self.streams.list_streams(TableName=table.name)["Streams"]
        self.assertEqual({stream["StreamArn"] for stream in listed}, {first, second})
        self.assertEqual(self.records(second), [])

    def test_expiry(self):
        table = self.streamed("OLD_IMAGE")
        self.client.update_time_to_live(
            TableName=table.name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"})
        table.put_item(Item={"pk": "a", "until": 1_700_000_000})
        removed = eventually(lambda: [record for record in self.records(table.latest_stream_arn)
                                      if record["eventName"] == "REMOVE"])
        self.assertEqual(removed[0]["userIdentity"], {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"})
        self.assertEqual(removed[0]["dynamodb"]["OldImage"]["until"], {"N": "1700000000"})


if __name__ == "__main__":
    unittest.main()
