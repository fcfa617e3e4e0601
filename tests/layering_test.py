"""Holds the #include lines to the architecture: dependencies run one way, and each outside library stays in its layer.

    layering_test.py <repository>

Prints one line per include that breaks a rule and exits with 1 if there is one. Before that it checks itself on a
small tree that breaks each rule once.
"""

import pathlib
import re
import sys
import tempfile

# Layer -> what its files may include of the project. A layer is the longest of these prefixes that a path has.
LAYERS = {
    "storage/": ["storage/"],
    "server/expression/": ["server/expression/", "storage/arena.h", "storage/number.h", "storage/result.h",
                           "storage/value.h"],
    "server/api/": ["server/api/", "server/expression/", "storage/", "model/connection.h"],
    "server/http/": ["server/http/", "server/api/", "storage/result.h"],
    "server/": ["server/", "storage/"],
    "model/": ["model/", "storage/result.h"],
    "model/http/": ["model/", "storage/result.h"],
    "model/testing/": ["model/", "server/api/"],
    "docs/": ["docs/", "server/api/", "model/"],
    "tests/": ["storage/", "server/", "model/", "tests/"],
}

# Outside library -> the files whose text may include it. Headers are the doors between layers: what they include,
# everyone includes.
LIBRARIES = {
    "rocksdb/": r"(storage/[^/]*\.cc|tests/.*)",
    "boost/asio": r"(server/http/.*|model/http/.*\.cc|tests/.*)",
    "boost/beast": r"(server/http/.*|model/http/.*\.cc|tests/.*)",
    "openssl/": r"(server/http/.*|model/http/.*\.cc|tests/.*)",
    "rapidjson/": r"(server/api/.*|model/.*\.cc|tests/.*)",
    "simdjson": r"model/(json_tree\.h|.*\.cc)",
    "CLI/": r"(server/[^/]*\.cc|tests/.*)",
}

# Nobody outside of these folders may reach these libraries through a header of theirs.
CONTAINED = {
    "rocksdb/": ["storage/"],
    "boost/asio": ["server/http/", "model/http/"],
    "boost/beast": ["server/http/", "model/http/"],
    "openssl/": ["server/http/", "model/http/"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def layer_of(path):
    return max((layer for layer in LAYERS if path.startswith(layer)), key=len, default=None)


def read_includes(root):
    """Path of each source -> (project files, outside headers) it includes."""
    includes = {}
    for folder in sorted({layer.split("/")[0] for layer in LAYERS}):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cc") and "node_modules" not in path.parts:
                found = INCLUDE.findall(path.read_text())
                own = [name for quote, name in found if quote == '"']
                if folder == "docs":
                    # An example is built on its own, so it includes what stands beside it.
                    own = [(path.parent / name).relative_to(root).as_posix() if (path.parent / name).exists() else name
                           for name in own]
                outside = [name for quote, name in found if quote == "<"]
                includes[path.relative_to(root).as_posix()] = (own, outside)
    return includes


def reached(path, includes):
    """Every project file that `path` includes, itself among them, however indirectly."""
    seen, waiting = set(), [path]
    while waiting:
        at = waiting.pop()
        if at not in seen and at in includes:
            seen.add(at)
            waiting.extend(includes[at][0])
    return seen


def violations(root):
    includes = read_includes(root)
    for path, (own, outside) in includes.items():
        allowed = LAYERS[layer_of(path)]
        for name in own:
            if not (root / name).exists():
                yield f'{path}: "{name}" is not a path from the root of the repository'
            elif not any(name.startswith(prefix) for prefix in allowed):
                yield f'{path}: {layer_of(path)} may not depend on "{name}"'
        for library, place in LIBRARIES.items():
            if any(name.startswith(library) for name in outside) and not re.fullmatch(place, path):
                yield f"{path}: <{library}…> has no place here"
        if path.startswith("tests/"):
            continue
        for library, homes in CONTAINED.items():
            if any(path.startswith(home) for home in homes):
                continue
            for through in sorted(reached(path, includes) - {path}):
                if any(name.startswith(library) for name in includes[through][1]):
                    yield f"{path}: reaches <{library}…> through {through}"


def check_itself():
    """Each rule is broken once; each must be found, and nothing else."""
    tree = {
        "storage/kv.h": "#include <string>\n",
        "storage/rocks_kv.h": "#include <rocksdb/db.h>\n",
        "storage/rocks_kv.cc": '#include <rocksdb/db.h>\n#include "storage/kv.h"\n',
        "storage/upward.cc": '  #  include "server/api/call.h"\n',
        "server/api/call.h": '#include "storage/kv.h"\n',
        "server/api/lost.cc": '#include "call.h"\n',
        "server/http/connection.h": "#include <boost/beast.hpp>\n",
        "server/http/server.h": '#include "server/http/connection.h"\n',
        "server/main.cc": '#include "server/http/server.h"\n#include "server/api/call.h"\n',
        "server/expression/tokens.cc": '#include "storage/kv.h"\n#include <rapidjson/reader.h>\n',
        "model/entity.h": '#include "model/key.h"\n',
        "model/key.h": "",
        "tests/http/connection_test.cc": '#include <boost/asio.hpp>\n#include "server/http/connection.h"\n',
    }
    expected = [
        'server/api/lost.cc: "call.h" is not a path from the root of the repository',
        'server/expression/tokens.cc: <rapidjson/…> has no place here',
        'server/expression/tokens.cc: server/expression/ may not depend on "storage/kv.h"',
        "server/main.cc: reaches <boost/beast…> through server/http/connection.h",
        "storage/rocks_kv.h: <rocksdb/…> has no place here",
        'storage/upward.cc: storage/ may not depend on "server/api/call.h"',
    ]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in tree.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        found = sorted(violations(root))
    if found != sorted(expected):
        sys.exit(f"the check of the layers does not work: found {found}")


def main():
    check_itself()
    broken = list(violations(pathlib.Path(sys.argv[1])))
    for line in broken:
        print(line)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
