#!/usr/bin/env python3
"""Writes the tables of request and reply shapes from the public API models.

usage: generate_shapes.py [--replies] MODEL.json... > shapes.cc (output_shapes.cc)

The models are DynamoDB's and DynamoDB Streams' service-2.json as the AWS SDKs carry them. They describe the API as
documented; where the service's answers are known to differ, the tables below say so, each with its reason.
"""

import json
import sys

# Enumerations are listed in messages in an order that the models have lost.
ENUM_ORDERS = {
    'AttributeAction': ['ADD', 'PUT', 'DELETE'],
    'BillingMode': ['PROVISIONED', 'PAY_PER_REQUEST'],
    'ComparisonOperator': ['IN', 'NULL', 'BETWEEN', 'LT', 'NOT_CONTAINS', 'EQ', 'GT', 'NOT_NULL', 'NE', 'LE',
                           'BEGINS_WITH', 'GE', 'CONTAINS'],
    'ConditionalOperator': ['OR', 'AND'],
    'KeyType': ['HASH', 'RANGE'],
    'ApproximateCreationDateTimePrecision': ['MILLISECOND', 'MICROSECOND'],
    'ProjectionType': ['ALL', 'INCLUDE', 'KEYS_ONLY'],
    'ReturnConsumedCapacity': ['INDEXES', 'TOTAL', 'NONE'],
    'ReturnItemCollectionMetrics': ['SIZE', 'NONE'],
    'ReturnValue': ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'],
    'ScalarAttributeType': ['B', 'N', 'S'],
    'Select': ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'],
    'TableClass': ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'],
}

# The model made these optional for tables that replicate another account's; the service still asks for them.
REQUIRED = {('CreateTableInput', 'AttributeDefinitions'), ('CreateTableInput', 'KeySchema')}

# Corrections to a shape of the model: fields of the C++ struct Shape that differ from what the model says.
CORRECTIONS = {
    # A name's limit is one of storage, counted in bytes.
    'AttributeName': {'length_in_bytes': True},
    # The model's key schema has had no upper bound since global secondary indexes take up to four attributes of each kind;
    # tables and local secondary indexes still take two.
    'KeySchema': {'max': 2},
    # Captured: these are reported without the value, or at another place than the value's.
    'BatchGetRequestMap': {'below': 'kParameterRequired'},
    'BatchWriteItemRequestMap': {'below': 'kParameterRequired'},
    'KeyList': {'below': 'kValueless', 'above': 'kValuelessAsSent'},
    'ParameterizedStatements': {'below': 'kValueless', 'above': 'kValueless'},
    'ScanTotalSegments': {'below': 'kBetween', 'above': 'kBetween'},
    'WriteRequests': {'below': 'kValueless', 'above': 'kAtMap'},
}

# Shapes that the model does not tell apart and the service does: identifier -> (shape it derives from, differences).
VARIANTS = {
    # Operations on items take names of one and two characters and then do not find the table; the bounds are those of a
    # name, the rule knows an ARN's.
    'TableReference': ('TableArn', {'rule': 'kTableReference', 'min': 1, 'max': 255}),
    # Operations on tables report a bad name alone, before anything is gathered.
    'TableOfOperation': ('TableArn', {'rule': 'kTableOfOperation', 'min': 3, 'max': 255}),
    'NewTable': ('TableArn', {'rule': 'kNewTable', 'min': 3, 'max': 255}),
    # Batches, whose tables are a map's keys, and UpdateTimeToLive gather a bad name like any other fault, with the bounds
    # that names of existing tables have.
    'GatheredTable': ('TableArn', {'rule': 'kTableReference', 'min': 3, 'max': 255}),
    # Up to four HASH and four RANGE attributes (November 2025).
    'GlobalSecondaryIndexKeySchema': ('KeySchema', {'max': 8}),
    # Query's Limit is reported in a form of its own, Scan's is not.
    'QueryLimit': ('PositiveIntegerObject', {'below': 'kValuelessAsSent'}),
    # A resource's tags are behind its permission, so that a text that is no ARN is one that the caller may not use.
    'TaggedResource': ('ResourceArnString', {'rule': 'kTaggedResource', 'min': 'kNoMin'}),
    # The documentation gives upper bounds that the model lacks.
    'StreamsPageLimit': ('PositiveIntegerObject', {'max': 100}),
    'RecordsLimit': ('PositiveIntegerObject', {'max': 1000}),
}
TABLE_OPERATIONS = ['UpdateTable', 'DeleteTable', 'DescribeTable', 'DescribeTimeToLive']
MEMBER_SHAPES = {
    ('CreateTableInput', 'TableName'): 'NewTable',
    **{(f'{operation}Input', 'TableName'): 'TableOfOperation' for operation in TABLE_OPERATIONS},
    **{(f'{structure}', 'TableName'): 'TableReference'
       for structure in ['PutItemInput', 'GetItemInput', 'UpdateItemInput', 'DeleteItemInput', 'QueryInput', 'ScanInput',
                         'Get', 'Put', 'Update', 'Delete', 'ConditionCheck']},
    ('UpdateTimeToLiveInput', 'TableName'): 'GatheredTable',
    ('GlobalSecondaryIndex', 'KeySchema'): 'GlobalSecondaryIndexKeySchema',
    ('CreateGlobalSecondaryIndexAction', 'KeySchema'): 'GlobalSecondaryIndexKeySchema',
    ('QueryInput', 'Limit'): 'QueryLimit',
    **{(f'{operation}Input', 'ResourceArn'): 'TaggedResource'
       for operation in ['TagResource', 'UntagResource', 'ListTagsOfResource']},
    ('ListStreamsInput', 'Limit'): 'StreamsPageLimit',
    ('DescribeStreamInput', 'Limit'): 'StreamsPageLimit',
    ('GetRecordsInput', 'Limit'): 'RecordsLimit',
}
MAP_KEY_SHAPES = {'BatchGetRequestMap': 'GatheredTable', 'BatchWriteItemRequestMap': 'GatheredTable'}

# The order in which the service lists faults, where captures show it; members not named follow in the model's order.
# "!" marks a member whose faults are reported alone.
TURNS = {
    'CreateTableInput': ['TableName!', 'BillingMode', 'ProvisionedThroughput', 'KeySchema', 'AttributeDefinitions',
                         'LocalSecondaryIndexes', 'GlobalSecondaryIndexes'],
    'UpdateTableInput': ['TableName!', 'ProvisionedThroughput', 'BillingMode', 'GlobalSecondaryIndexUpdates'],
    'DeleteTableInput': ['TableName!'],
    'DescribeTableInput': ['TableName!'],
    'DescribeTimeToLiveInput': ['TableName!'],
    'ListTablesInput': ['Limit', 'ExclusiveStartTableName'],
    'TagResourceInput': ['ResourceArn!'],
    'UntagResourceInput': ['ResourceArn!'],
    'ListTagsOfResourceInput': ['ResourceArn!'],
    'ProvisionedThroughput': ['WriteCapacityUnits', 'ReadCapacityUnits'],
    'LocalSecondaryIndex': ['IndexName', 'KeySchema', 'Projection'],
    'GlobalSecondaryIndex': ['KeySchema', 'Projection', 'IndexName', 'ProvisionedThroughput'],
    'CreateGlobalSecondaryIndexAction': ['KeySchema', 'Projection', 'IndexName', 'ProvisionedThroughput'],
    'GetItemInput': ['Key', 'TableName', 'ReturnConsumedCapacity', 'AttributesToGet'],
    'PutItemInput': ['TableName!', 'ReturnConsumedCapacity', 'Item', 'ConditionalOperator', 'Expected', 'ReturnValues',
                     'ReturnItemCollectionMetrics'],
    'UpdateItemInput': ['TableName!', 'ReturnValues!', 'ReturnConsumedCapacity!', 'ReturnItemCollectionMetrics!', 'Key',
                        'ConditionalOperator', 'Expected', 'AttributeUpdates'],
    'DeleteItemInput': ['TableName', 'Key', 'ReturnConsumedCapacity', 'ReturnValues', 'ReturnItemCollectionMetrics',
                        'ConditionalOperator', 'Expected'],
    'QueryInput': ['TableName', 'ReturnConsumedCapacity', 'Select', 'Limit', 'IndexName', 'QueryFilter',
                   'ConditionalOperator', 'AttributesToGet', 'KeyConditions'],
    'ScanInput': ['TableName', 'ReturnConsumedCapacity', 'Select', 'Limit', 'IndexName', 'ScanFilter',
                  'ConditionalOperator', 'AttributesToGet', 'TotalSegments', 'Segment'],
    'BatchGetItemInput': ['ReturnConsumedCapacity', 'RequestItems'],
    'BatchWriteItemInput': ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics', 'RequestItems'],
    'WriteRequest': ['DeleteRequest', 'PutRequest'],
    **{action: ['TableName', 'Key'] for action in ['Get', 'Delete', 'Update', 'ConditionCheck']},
    'Put': ['TableName', 'Item'],
}

# The orders before those, where captures show both (server/api/api_error.h: MessageForms).
OLDER_TURNS = {
    'CreateTableInput': ['AttributeDefinitions', 'TableName', 'BillingMode', 'ProvisionedThroughput', 'KeySchema',
                         'LocalSecondaryIndexes', 'GlobalSecondaryIndexes'],
    'GetItemInput': ['ReturnConsumedCapacity', 'AttributesToGet', 'TableName', 'Key'],
    'UpdateItemInput': ['TableName!', 'ReturnValues', 'ReturnConsumedCapacity', 'ReturnItemCollectionMetrics', 'Key',
                        'ConditionalOperator', 'Expected', 'AttributeUpdates'],
}

RULES = {
    '[a-zA-Z0-9_.-]+': 'kName',
    r'\p{Print}+': 'kPrintable',
    r'[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*': 'kXmlText',
    r'^[^\$]+$': 'kNoDollar',
    r'[,;:|\t ]': 'kCsvDelimiter',
    r'[\x20-\x21\x23-\x2B\x2D-\x7E]*': 'kCsvHeader',
    '([0-9a-f]{16})+': 'kHexWords',
    r'^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$': 'kBucketName',
    '[0-9]{12}': 'kAccount',
}
KINDS = {'structure': 'kStructure', 'list': 'kList', 'map': 'kMap', 'string': 'kString', 'integer': 'kInteger',
         'long': 'kLong', 'double': 'kDouble', 'float': 'kDouble', 'boolean': 'kBoolean', 'blob': 'kBlob',
         'timestamp': 'kTimestamp'}
MOST_MEMBERS = 24


class Table:
    """Collects the shapes that operations reach and prints them as C++."""

    def __init__(self, replies):
        self.replies = replies
        self.shapes = {}  # identifier -> lines of its definition, in the order of first mention

    def add(self, model, prefix, name, variant=None):
        """Adds a shape and what it is made of; returns its identifier."""
        identifier = 'k' + prefix + (variant or name)
        if identifier in self.shapes:
            return identifier
        self.shapes[identifier] = None
        self.shapes[identifier] = self.define(model, prefix, name, identifier, variant)
        return identifier

    def member_shape(self, model, prefix, structure, member, shape):
        variant = None if self.replies else MEMBER_SHAPES.get((structure, member))
        if variant:
            shape = VARIANTS[variant][0]
        return self.add(model, prefix, shape, variant)

    def define(self, model, prefix, name, identifier, variant):
        shape = model['shapes'][name]
        kind = 'kAttributeValue' if name == 'AttributeValue' else KINDS[shape['type']]
        fields = {'name': f'"{name}"', 'kind': f'Kind::{kind}'}
        lines = []
        bounds = {bound: shape[bound] for bound in ('min', 'max') if bound in shape}
        if self.replies:
            bounds = {}
        else:
            if 'pattern' in shape:
                fields['rule'] = 'TextRule::' + RULES[shape['pattern']]
            for corrections in (CORRECTIONS.get(name, {}), VARIANTS[variant][1] if variant else {}):
                for field, value in corrections.items():
                    if field in ('min', 'max'):
                        bounds[field] = value
                    elif field == 'rule':
                        fields[field] = f'TextRule::{value}'
                    elif field == 'length_in_bytes':
                        fields[field] = 'true'
                    else:
                        fields[field] = f'BoundForm::{value}'
        for bound, value in bounds.items():
            fields[bound] = f'Shape::{value}' if isinstance(value, str) else str(value)
        if 'enum' in shape:
            values = ENUM_ORDERS.get(name, shape['enum'])
            if sorted(values) != sorted(shape['enum']):
                sys.exit(f'ENUM_ORDERS of {name} does not hold what the model does')
            lines.append(f'constexpr std::string_view {identifier}Values[] = '
                         + '{' + ', '.join(f'"{value}"' for value in values) + '};')
            fields['values'] = f'{identifier}Values'
        if shape['type'] == 'map':
            fields['key'] = '&' + self.map_key(model, prefix, name, shape)
            fields['element'] = '&' + self.add(model, prefix, shape['value']['shape'])
        elif shape['type'] == 'list':
            fields['element'] = '&' + self.add(model, prefix, shape['member']['shape'])
        elif shape['type'] == 'structure' and shape.get('members'):
            lines += self.define_members(model, prefix, name, shape, identifier, fields)
        if not self.replies and ('rule' in fields or bounds or 'values' in fields):
            fields['constrained'] = 'true'
        order = ['name', 'kind', 'rule', 'below', 'above', 'constrained', 'length_in_bytes', 'min', 'max', 'members', 'turns',
                 'older_turns', 'required', 'key', 'element', 'values']
        text = ', '.join(f'.{field} = {fields[field]}' for field in order if field in fields)
        lines.append(f'constinit const Shape {identifier} = {{{text}}};')
        return lines

    def map_key(self, model, prefix, name, shape):
        variant = None if self.replies else MAP_KEY_SHAPES.get(name)
        return self.add(model, prefix, VARIANTS[variant][0] if variant else shape['key']['shape'], variant)

    def define_members(self, model, prefix, name, shape, identifier, fields):
        members = list(shape['members'])
        if not self.replies and len(members) > MOST_MEMBERS:
            sys.exit(f'{name} has more members than kMostMembers')
        lines = [f'constexpr Member {identifier}Members[] = {{']
        required_bits = 0
        for index, (member, description) in enumerate(shape['members'].items()):
            target = self.member_shape(model, prefix, name, member, description['shape'])
            required = member in shape.get('required', []) or (name, member) in REQUIRED
            required_bits |= required << index
            lines.append(f'    {{"{member}", &{target}, {str(required).lower()}}},')
        lines.append('};')
        fields['members'] = f'{identifier}Members'
        if not self.replies:
            lines.append(self.define_turns(name, members, TURNS.get(name, []), f'{identifier}Turns'))
            fields['turns'] = f'{identifier}Turns'
            if name in OLDER_TURNS:
                lines.append(self.define_turns(name, members, OLDER_TURNS[name], f'{identifier}OlderTurns'))
                fields['older_turns'] = f'{identifier}OlderTurns'
            if required_bits:
                fields['required'] = hex(required_bits)
        return lines

    @staticmethod
    def define_turns(structure, members, first, identifier):
        unknown = [member for member in first if member.rstrip('!') not in members]
        if unknown:
            sys.exit(f'TURNS of {structure} names {unknown}, which the model does not have')
        alone = {member.rstrip('!') for member in first if member.endswith('!')}
        first = [member.rstrip('!') for member in first]
        turns = first + [member for member in members if member not in first]
        entries = ', '.join(f'{{{members.index(member)}, {str(member in alone).lower()}}}' for member in turns)
        return f'constexpr Turn {identifier}[] = {{{entries}}};'

    def print(self):
        for identifier in self.shapes:
            print(f'extern const Shape {identifier};')
        for lines in self.shapes.values():
            print('\n'.join(['', *lines]))


def print_requests(table, operations):
    print('constexpr OperationShape kOperations[] = {')
    for name, (model, prefix, operation) in operations:
        print(f'    {{"{name}", &k{prefix}{operation["input"]["shape"]}}},')
    print('};\n\n}  // namespace\n')
    print('std::span<const OperationShape> operation_shapes() { return kOperations; }\n')


def print_replies(table, operations):
    for name, (model, prefix, operation) in operations:
        errors = ', '.join(f'&k{prefix}{error["shape"]}' for error in operation.get('errors', []))
        if errors:
            print(f'constexpr const Shape* k{name}Errors[] = {{{errors}}};')
    print('\nconstexpr OperationReply kOperations[] = {')
    for name, (model, prefix, operation) in operations:
        output = f'&k{prefix}{operation["output"]["shape"]}' if 'output' in operation else 'nullptr'
        errors = f'k{name}Errors' if operation.get('errors') else '{}'
        print(f'    {{"{name}", {output}, {errors}}},')
    print('};\n\n}  // namespace\n')
    print('std::span<const OperationReply> operation_replies() { return kOperations; }\n')


def main(arguments):
    replies = '--replies' in arguments
    paths = [argument for argument in arguments if not argument.startswith('--')]
    if not paths:
        sys.exit(__doc__)
    table = Table(replies)
    operations = []
    for path in paths:
        with open(path, encoding='utf-8') as file:
            model = json.load(file)
        # Both services have shapes of the same names that need not be the same.
        prefix = 'Streams' if 'Streams' in model['metadata']['targetPrefix'] else ''
        for name, operation in model['operations'].items():
            operations.append((name, (model, prefix, operation)))
            end = operation.get('output' if replies else 'input')
            if end:
                table.add(model, prefix, end['shape'])
            for error in operation.get('errors', []) if replies else []:
                table.add(model, prefix, error['shape'])
    operations.sort()
    header = 'output_shapes.h' if replies else 'shapes.h'
    print('// Generated by server/api/generate_shapes.py from the public API models; changes belong there.')
    print('// clang-format off')
    print(f'#include "server/api/{header}"\n')
    print('namespace lodestone {\nnamespace {\n')
    table.print()
    print()
    (print_replies if replies else print_requests)(table, operations)
    print('}  // namespace lodestone')


main(sys.argv[1:])
