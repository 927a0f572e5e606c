#!/bin/bash
# grid.sh NAME PRESET SEEDS -- sets...
name=$1; preset=$2; seeds=$3; shift 3
cd /work/team/six
bin=${BIN:-/tmp/mm/heed-n}
for s in $seeds; do
  /work/team/cpu $bin train $preset --threads 1 --seed $s --json "$@" > /tmp/mm/g-$name-$s.json 2>/tmp/mm/g-$name-$s.err
  echo "$name seed $s: $(grep '^step' /tmp/mm/g-$name-$s.err | tail -1) | last5 longer: $(grep '^step' /tmp/mm/g-$name-$s.err | tail -5 | grep -o 'longer [0-9.]*' | awk '{printf $2" "}') first100: $(grep '^step' /tmp/mm/g-$name-$s.err | grep -m1 'match 100.0 %  longer 100' | awk '{print $2}')"
done >> /tmp/mm/grid.log
