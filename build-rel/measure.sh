#!/bin/bash
# measure.sh name args...
cd /tmp/w/http
port=$((20000 + RANDOM % 10000))
taskset -c 0 ${BIN:-build-rel/lodestone-null-server} --port $port "$@" >/dev/null & pid=$!
sleep 0.2
taskset -c 1 wrk -t1 -c16 -d1s -s build-rel/post.lua http://127.0.0.1:$port/ >/dev/null
b=$(awk '{print $14+$15}' /proc/$pid/stat)
out=$(taskset -c 1 wrk -t1 -c16 -d${D:-3}s -s build-rel/post.lua http://127.0.0.1:$port/)
a=$(awk '{print $14+$15}' /proc/$pid/stat)
n=$(echo "$out" | awk '/requests in/{print $1}')
echo "$*: $(awk -v a=$a -v b=$b -v n=$n 'BEGIN{printf "%.2f us/req, n=%d", (a-b)*10000/n, n}') $(echo "$out" | grep -E "Requests/sec|Non-2xx|Socket" | tr '\n' ' ')"
kill $pid; wait $pid 2>/dev/null
