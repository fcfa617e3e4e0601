"""Runs clang-tidy over the project's sources, as many at a time as there are processors.

    tidy.py <repository> [file.cc]...

Remembers in build/tidy which sources it found clean, by the content of the source, of every project header it includes
and of the .clang-tidy files that hold for it, so that a second run reads only what has changed. Exits with 1 where
clang-tidy finds something.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import subprocess
import sys

import layering_test

CLANG_TIDY = "clang-tidy-14"


def configure(root):
    """The compile commands, as clang understands them."""
    build = root / "build/tidy"
    if not (build / "compile_commands.json").exists():
        subprocess.run(["cmake", "-S", root, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                        "-DCMAKE_CXX_COMPILER=clang++", "-DLODESTONE_FUZZ=ON", "-DLODESTONE_PRECOMPILE=OFF"],
                       check=True, stdout=sys.stderr)
    subprocess.run(["cmake", build], check=True, stdout=subprocess.DEVNULL)
    return build


def fingerprint(root, source, includes):
    digest = hashlib.sha256()
    for folder in reversed((root / source).relative_to(root).parents):
        if (root / folder / ".clang-tidy").exists():
            digest.update((root / folder / ".clang-tidy").read_bytes())
    for path in sorted(layering_test.reached(source, includes)):
        digest.update(path.encode())
        digest.update((root / path).read_bytes())
    return digest.hexdigest()


def check(build, root, source):
    run = subprocess.run([CLANG_TIDY, "-p", build, "--quiet", root / source], capture_output=True, text=True)
    return run.returncode == 0, run.stdout


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    build = configure(root)
    clean_folder = build / "clean"
    clean_folder.mkdir(exist_ok=True)
    compiled = {os.path.relpath(entry["file"], root)
                for entry in json.loads((build / "compile_commands.json").read_text())}
    includes = layering_test.read_includes(root)
    named = {os.path.relpath(os.path.abspath(name), root) for name in sys.argv[2:]}
    sources = sorted(named & compiled if named else {source for source in compiled if source in includes})
    for name in sorted(named - compiled):
        print(f"{name} is not compiled: nothing to check")

    marks = {source: clean_folder / fingerprint(root, source, includes) for source in sources}
    waiting = [source for source in sources if not marks[source].exists()]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        checks = {pool.submit(check, build, root, source): source for source in waiting}
        for number, done in enumerate(concurrent.futures.as_completed(checks), 1):
            clean, output = done.result()
            source = checks[done]
            print(f"[{number}/{len(waiting)}] {source}{'' if clean else ' FAILED'}", file=sys.stderr)
            if clean:
                marks[source].touch()
            else:
                failed += 1
                print(output)
    print(f"clang-tidy: {len(sources)} sources, {len(waiting)} read, {failed} not clean", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
