#!/bin/bash
# compile own tests one by one and link
cd /work/team/six; B=build/machine; mkdir -p /tmp/mm/o; pids=()
F="-Isrc -Itests -isystem .heed/deps/usr/include -O0 -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers -Werror -Wno-restrict -std=c++20 -DHEED_SOURCE_DIR=\"/work/team/six\""
for f in tests/unit/main.cpp "$@"; do o=/tmp/mm/o/$(basename $f .cpp).o; if [ ! -f $o ] || [ $f -nt $o ]; then (ccache g++ $F -c $f -o $o 2>&1 | grep -E 'error|warning' | head -8) & fi; done; wait
g++ $(for f in tests/unit/main.cpp "$@"; do echo /tmp/mm/o/$(basename $f .cpp).o; done) -o /tmp/mm/tests -Wl,--start-group $B/src/lab/libheed_lab.a $B/src/training/libheed_training.a $B/src/models/libheed_models.a $B/src/nn/libheed_nn.a $B/src/tasks/libheed_tasks.a $B/src/engine/libheed_engine.a $B/src/engine/libheed_backend_reference.a $B/src/engine/backend/cpu/libheed_backend_cpu.a $B/src/base/libheed_base.a -Wl,--end-group -lpthread 2>&1 | head -20
