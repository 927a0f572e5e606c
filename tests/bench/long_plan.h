// tests/bench: what a long plan costs: a recurrent net unrolled until its training step has ten thousand nodes.
#pragma once

#include "base/json.h"
#include "engine/backend/backend.h"
#include "measure.h"

namespace heed::bench {

/// {"nodes": on the tape, "kernels": that run, "record_ms", "compile_ms", "prepare_ms", "ms": per run,
/// "ns_per_kernel"}. The net is so small that a kernel's own work is next to nothing: the rest is what the engine adds
/// to each.
Json measure_long_plan(Backend& backend, const Effort& effort);

}  // namespace heed::bench
