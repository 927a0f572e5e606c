// training: see address_figure.h.
#include "training/address_figure.h"

#include "engine/backend/backend.h"
#include "engine/ops/ops.h"
#include "nn/addressing.h"
#include "nn/choice.h"

namespace heed {
namespace {

constexpr int kMostRows = 64, kMostRounds = 32;

bool is_whole(const FindAddress& asked) {
  const auto holds = [](const std::vector<float>& values, int count) { return values.size() == static_cast<std::size_t>(count); };
  return asked.rows >= 1 && asked.rows <= kMostRows && asked.width >= 1 && asked.width <= kMostRows && asked.rounds >= 0 && asked.rounds <= kMostRounds &&
         asked.shift.size() % 2 == 1 && asked.shift.size() <= static_cast<std::size_t>(kMostRows) && holds(asked.memory, asked.rows * asked.width) &&
         holds(asked.key, asked.width) && holds(asked.previous, asked.rows);
}

/// An output has to be computed: a constant alone is none.
void give(Tape& tape, const char* name, Tensor x) { tape.output(name, affine(x, 1, 0)); }

void record_address(Tape& tape, const FindAddress& asked) {
  const int N = asked.rows, W = asked.width;
  const Tensor memory = tape.constant({1, N, W}, asked.memory), shift = tape.constant({1, static_cast<int>(asked.shift.size())}, asked.shift);
  const auto number = [&](float value) { return tape.constant({1, 1}, {value}); };
  const Tensor gamma = number(asked.sharpening);
  const AddressRequest request{tape.constant({1, W}, asked.key), number(asked.strength), number(asked.gate), shift, gamma};
  const Tensor everywhere = tape.fill({1, N}, 1);
  const auto chosen = [&](Tensor w) { return asked.hard ? most_probable(w, everywhere) : w; };
  const Address at = find_address(memory, request, tape.constant({1, N}, asked.previous));
  Tensor w = chosen(at.sharpened);
  give(tape, "similarity", cosine_similarity(memory, request.key));
  give(tape, "content", at.content);
  give(tape, "gated", at.gated);
  give(tape, "shifted", at.shifted);
  give(tape, "sharpened", w);
  give(tape, "reading", read_memory(memory, w));
  std::vector<Tensor> rounds;
  for (int round = 0; round < asked.rounds; ++round) rounds.push_back(w = chosen(sharpen(circular_shift(w, shift), gamma)));
  if (!rounds.empty()) give(tape, "rounds", stack(rounds, 1));
}

}  // namespace

AddressFound find_address_on(Backend& backend, const FindAddress& asked) {
  AddressFound found{asked.request, {}, {}, {}, {}, {}, {}, {}, {}};
  if (!is_whole(asked)) {
    found.error = "An address needs a memory of rows times width numbers, a key as wide as a row, a weight for each row and an odd number of shifts.";
    return found;
  }
  Tape tape;
  record_address(tape, asked);
  const Plan plan = compile(tape, {}, backend.abilities());
  const StateId state = backend.create_state(1);
  const ExecutableId executable = backend.prepare(plan, state);
  const Ticket ticket = backend.submit(executable, {}, 0);
  std::optional<Outputs> outputs;
  while (!outputs) outputs = backend.poll(ticket);
  const auto take = [&](const char* name, std::vector<float>& into) {
    if (const int at = plan.output_index(name); at >= 0) into = std::move(outputs->values[static_cast<std::size_t>(at)]);
  };
  take("similarity", found.similarity);
  take("content", found.content);
  take("gated", found.gated);
  take("shifted", found.shifted);
  take("sharpened", found.sharpened);
  take("reading", found.reading);
  take("rounds", found.rounds);
  backend.release(executable);
  backend.release_state(state);
  return found;
}

}  // namespace heed
