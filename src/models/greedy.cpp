// models: see greedy.h.
#include "models/greedy.h"

namespace heed {

Greedy::Greedy(Tape& tape, int batch, int vocabulary) : batch_(batch), alive_(tape.fill({batch, 1}, 1)) {
  std::vector<float> never(static_cast<std::size_t>(vocabulary), 0.0f), padding(never);
  never[Marks::kPad] = never[Marks::kStart] = -1e9f;
  padding[Marks::kPad] = 1;
  never_ = tape.constant({vocabulary}, never);
  padding_ = tape.constant({vocabulary}, padding);
  end_ = tape.constant({}, {Marks::kEnd}, DType::kI32);
}

Tensor Greedy::start() const {
  const std::vector<float> starts(static_cast<std::size_t>(batch_), Marks::kStart);
  return alive_.tape->constant({batch_}, starts, DType::kI32);
}

Tensor Greedy::choose(Tensor logits) {
  const Tensor choice = alive_ * (logits + never_) + (1.0f - alive_) * padding_;
  const Tensor token = argmax(choice);
  choices_.push_back(choice);
  masks_.push_back(reshape(alive_, {batch_}));
  alive_ = alive_ * (1.0f - reshape(equal(token, end_), {batch_, 1}));
  return token;
}

Decoded Greedy::decoded() const {
  return {argmax(stack(choices_, 1)), stack(masks_, 1)};
}

}  // namespace heed
