// nn: see memory_slots.h.
#include "nn/memory_slots.h"

namespace heed {

std::vector<float> position_weights(WordOrder order, int words, int width) {
  std::vector<float> weights;
  const double J = words, d = width;
  for (int j = 1; j <= words; ++j) {
    for (int k = 1; k <= width; ++k) {
      double l = 1;
      if (order == WordOrder::kPaper) l = (1 - j / J) - (k / d) * (1 - 2 * j / J);
      if (order == WordOrder::kPublished) l = 1 + 4 * (k - (d + 1) / 2) * (j - (J + 1) / 2) / (d * J);
      weights.push_back(static_cast<float>(l));
    }
  }
  return weights;
}

Tensor embed_sentences(Tensor table, Tensor words, WordOrder order) {
  const int J = words.shape()[2], d = table.shape()[1];
  return bag_of_rows(table, words, table.tape->constant({J, d}, position_weights(order, J, d)));
}

Tensor embed_question(Tensor table, Tensor words, Tensor mask, WordOrder order) {
  const int B = words.shape()[0], J = words.shape()[1], d = table.shape()[1];
  const Tensor weights = table.tape->constant({J, d}, position_weights(order, J, d));
  return sum(gather_rows(table, words) * weights * reshape(mask, {B, J, 1}), 1);
}

Tensor sentence_times(Tensor mask, int most, float noise, std::uint32_t stream) {
  Tape& tape = *mask.tape;
  const int B = mask.shape()[0], S = mask.shape()[1];
  // later(j,i) = 1 where sentence j came after sentence i.
  std::vector<float> later(static_cast<std::size_t>(S * S), 0.0f), places(static_cast<std::size_t>(most));
  for (int j = 0; j < S; ++j)
    for (int i = 0; i < j; ++i) later[static_cast<std::size_t>(j * S + i)] = 1;
  for (int t = 0; t < most; ++t) places[static_cast<std::size_t>(t)] = static_cast<float>(t);
  Tensor steps = mask;
  if (noise > 0) {
    const Tensor empty = greater(tape.fill({}, noise), random_uniform(tape, mask.shape(), stream));
    steps = steps + mask * empty;
  }
  const Tensor last = tape.fill({}, static_cast<float>(most - 1));
  const Tensor time = -maximum(-matmul(steps, tape.constant({S, S}, later)), -last);
  return equal(reshape(time, {B, S, 1}), tape.constant({most}, places)) * reshape(mask, {B, S, 1});
}

}  // namespace heed
