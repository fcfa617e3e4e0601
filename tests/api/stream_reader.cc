#include "tests/api/stream_reader.h"

namespace lodestone::testing {

std::string stream_on(const std::string& view_type) {
  return ",'StreamSpecification':{'StreamEnabled':true,'StreamViewType':'" + view_type + "'}";
}

void StreamReader::create_table(const std::string& view_type) {
  database_.create_table(
      ",'AttributeDefinitions':[{'AttributeName':'pk','AttributeType':'S'}],"
      "'KeySchema':[{'AttributeName':'pk','KeyType':'HASH'}]" +
      stream_on(view_type));
}

std::string StreamReader::arn() {
  return text_at(database_.ok("DescribeTable", "{'TableName':'things'}"), "/Table/LatestStreamArn");
}

std::vector<std::string> StreamReader::shards(const std::string& arn) {
  std::vector<std::string> all;
  std::string start;
  do {
    const std::string reply = database_.ok(
        "DescribeStream", "{'StreamArn':'" + arn + "'" +
                              (start.empty() ? "" : ",'ExclusiveStartShardId':'" + start + "'") + "}");
    for (const std::string& shard : elements_at(reply, "/StreamDescription/Shards")) all.push_back(shard);
    start = text_at(reply, "/StreamDescription/LastEvaluatedShardId");
  } while (!start.empty());
  return all;
}

std::string StreamReader::iterator_request(const std::string& arn, const std::string& shard,
                                           const std::string& type, const std::string& more) {
  return "{'StreamArn':'" + arn + "','ShardId':'" + shard + "','ShardIteratorType':'" + type + "'" + more +
         "}";
}

std::string StreamReader::iterator_of(const std::string& arn, const std::string& shard,
                                      const std::string& type, const std::string& more) {
  return text_at(database_.ok("GetShardIterator", iterator_request(arn, shard, type, more)),
                 "/ShardIterator");
}

std::string StreamReader::iterator(const std::string& type, const std::string& more) {
  return iterator_of(arn(), first_shard(), type, more);
}

std::string StreamReader::read(const std::string& iterator, const std::string& more) {
  return database_.ok("GetRecords", "{'ShardIterator':'" + iterator + "'" + more + "}");
}

std::vector<std::string> StreamReader::read_all(std::string& iterator, const std::string& more) {
  std::vector<std::string> all;
  while (true) {
    const std::string page = read(iterator, more);
    const auto records = elements_at(page, "/Records");
    all.insert(all.end(), records.begin(), records.end());
    iterator = text_at(page, "/NextShardIterator");
    if (records.empty() || iterator.empty()) return all;
  }
}

std::vector<std::string> StreamReader::records(const std::string& arn, const std::string& shard) {
  std::string from = iterator_of(arn, shard);
  return read_all(from);
}

std::vector<std::string> StreamReader::records() { return records(arn(), first_shard()); }

std::string StreamReader::told(const std::vector<std::string>& records) {
  std::string all;
  for (const std::string& record : records) {
    all += (all.empty() ? "" : ", ") + text_at(record, "/eventName") + " " +
           text_at(record, "/dynamodb/Keys/pk/S");
  }
  return all;
}

}  // namespace lodestone::testing
