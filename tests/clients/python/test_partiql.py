"""PartiQL with boto3: statements, batches and transactions, parameters of every type, pages."""

import unittest

from boto3.dynamodb.types import TypeSerializer
from support import ServerTest


class Statements(ServerTest):

    def run_statement(self, statement, *parameters, **options):
        if parameters:
            options["Parameters"] = [TypeSerializer().serialize(parameter) for parameter in parameters]
        return self.client.execute_statement(Statement=statement, **options)

    def test_life_of_an_item(self):
        name = self.table("Artist SongTitle").name
        where = "WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks'"
        self.assertEqual(self.run_statement(f"INSERT INTO \"{name}\" VALUE {{'Artist':?,'SongTitle':?,'data':?}}",
                                            "Acme Band", "PartiQL Rocks", b"\x00\xff")["Items"], [])
        with self.assertRaises(self.client.exceptions.DuplicateItemException) as caught:
            self.run_statement(f"INSERT INTO \"{name}\" VALUE {{'Artist':'Acme Band','SongTitle':'PartiQL Rocks'}}")
        self.assertEqual(caught.exception.response["Error"]["Message"], "Duplicate primary key exists in table")
        self.run_statement(f"UPDATE \"{name}\" SET Awards=<<'one'>> SET Details={{'Grammys':[2020, 2018]}} {where}")
        self.run_statement(f"UPDATE \"{name}\" SET Awards=set_add(Awards, ?) {where}", {"two"})
        item = self.run_statement(f"SELECT Awards, Details.Grammys[1], \"data\" FROM \"{name}\" {where}")["Items"][0]
        self.assertEqual(sorted(item.pop("Awards")["SS"]), ["one", "two"])
        self.assertEqual(item, {"Grammys[1]": {"N": "2018"}, "data": {"B": b"\x00\xff"}})
        deleted = self.run_statement(f"DELETE FROM \"{name}\" {where} RETURNING ALL OLD *")["Items"]
        self.assertEqual(len(deleted), 1)
        self.assertEqual(self.run_statement(f"SELECT * FROM \"{name}\" {where}")["Items"], [])
        with self.assertRaises(self.client.exceptions.ConditionalCheckFailedException):
            self.run_statement(f"UPDATE \"{name}\" SET n=1 {where}")

    def test_pages(self):
        name = self.table("pk sk:N").name
        for i in range(23):
            self.run_statement(f"INSERT INTO \"{name}\" VALUE {{'pk':'p','sk':{i}}}")
        found, token, pages = [], {}, 0
        while True:
            reply = self.run_statement(f"SELECT sk FROM \"{name}\" WHERE pk = ? AND sk <> 11", "p", Limit=5, **token)
            found += [int(item["sk"]["N"]) for item in reply["Items"]]
            pages += 1
            if "NextToken" not in reply:
                break
            self.assertEqual(set(reply["LastEvaluatedKey"]), {"pk", "sk"})
            token = {"NextToken": reply["NextToken"]}
        self.assertEqual(found, [i for i in range(23) if i != 11])
        self.assertEqual(pages, 5)
        self.assert_refused("ValidationException", "NextToken does not match request", self.client.execute_statement,
                            Statement=f"SELECT * FROM \"{name}\"", NextToken=self.run_statement(
                                f"SELECT sk FROM \"{name}\" WHERE pk = 'p'", Limit=1)["NextToken"])

    def test_batches_and_transactions(self):
        name = self.table().name
        insert = [{"Statement": f"INSERT INTO \"{name}\" VALUE {{'pk':?}}", "Parameters": [{"S": pk}]} for pk in "ab"]
        self.assertEqual(self.client.batch_execute_statement(Statements=insert)["Responses"], [{"TableName": name}] * 2)
        again = self.client.batch_execute_statement(Statements=insert[:1])["Responses"]
        self.assertEqual(again[0]["Error"]["Code"], "DuplicateItem")
        with self.assertRaises(self.client.exceptions.TransactionCanceledException) as caught:
            self.client.execute_transaction(TransactStatements=[
                {"Statement": f"DELETE FROM \"{name}\" WHERE pk = 'a'"}, insert[1]])
        self.assertEqual([reason["Code"] for reason in caught.exception.response["CancellationReasons"]], ["None", "DuplicateItem"])
        self.client.execute_transaction(TransactStatements=[
            {"Statement": f"UPDATE \"{name}\" SET n = 1 WHERE pk = 'a'"},
            {"Statement": f"EXISTS(SELECT * FROM \"{name}\" WHERE pk = 'b' AND n IS MISSING)"}], ClientRequestToken="one")
        read = self.client.execute_transaction(TransactStatements=[
            {"Statement": f"SELECT * FROM \"{name}\" WHERE pk = '{pk}'"} for pk in "abc"])["Responses"]
        self.assertEqual(read, [{"Item": {"pk": {"S": "a"}, "n": {"N": "1"}}}, {"Item": {"pk": {"S": "b"}}}, {}])

    def test_refusals(self):
        name = self.table().name
        for statement, message in {
                "SELECT * FROM my-table": "Statement wasn't well formed, can't be processed: Expected data manipulation",
                f"SELECT MAX(n) FROM \"{name}\"": "Unexpected path component at 1:8:3",
                f"SELECT * FROM \"{name}\" WHERE pk BETWEEN 2 AND 1": "upper bound to be greater than or equal to lower bound",
                f"UPDATE \"{name}\" SET n = 1": "Where clause does not contain a mandatory equality on all key attributes",
        }.items():
            self.assert_refused("ValidationException", message, self.client.execute_statement, Statement=statement)
        self.assert_refused("ResourceNotFoundException", "Requested resource not found",
                            self.client.execute_statement, Statement="SELECT * FROM \"never-made\"")


if __name__ == "__main__":
    unittest.main()
