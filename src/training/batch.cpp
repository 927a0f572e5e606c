// training: padding and feeding of batches.
#include "training/batch.h"

#include <algorithm>

namespace heed {

Batch::Batch(BatchShape shape) : shape_(shape) {
  const auto sources = static_cast<std::size_t>(shape.batch) * static_cast<std::size_t>(shape.source);
  const auto targets = static_cast<std::size_t>(shape.batch) * static_cast<std::size_t>(shape.target);
  source_.resize(sources);
  source_mask_.resize(sources);
  target_in_.resize(targets);
  target_out_.resize(targets);
  target_mask_.resize(targets);
}

void Batch::fill(std::span<const Example> examples) {
  if (examples.size() > static_cast<std::size_t>(shape_.batch)) throw ShapeError("[batch] more examples than rows");
  std::ranges::fill(source_, kPadToken);
  std::ranges::fill(target_in_, kPadToken);
  std::ranges::fill(target_out_, kPadToken);
  std::ranges::fill(source_mask_, 0.0f);
  std::ranges::fill(target_mask_, 0.0f);
  target_tokens_ = 0;
  for (std::size_t row = 0; row < examples.size(); ++row) {
    const Example& example = examples[row];
    const auto source_length = example.source.size(), target_length = example.target.size();
    if (source_length > static_cast<std::size_t>(shape_.source) ||
        target_length > static_cast<std::size_t>(shape_.target)) {
      throw ShapeError("[batch] an example of " + std::to_string(source_length) + " and " +
                       std::to_string(target_length) + " tokens does not fit " + std::to_string(shape_.source) +
                       " and " + std::to_string(shape_.target));
    }
    const std::size_t source_at = row * static_cast<std::size_t>(shape_.source);
    const std::size_t target_at = row * static_cast<std::size_t>(shape_.target);
    for (std::size_t s = 0; s < source_length; ++s) {
      source_[source_at + s] = example.source[s];
      source_mask_[source_at + s] = 1;
    }
    for (std::size_t t = 0; t < target_length; ++t) {
      target_in_[target_at + t] = t == 0 ? kStartToken : example.target[t - 1];
      target_out_[target_at + t] = example.target[t];
      target_mask_[target_at + t] = 1;
    }
    target_tokens_ += static_cast<int>(target_length);
  }
}

std::vector<Feed> Batch::feeds(const Plan& plan, const float* rate, const float* step) const {
  std::vector<Feed> feeds;
  for (const PlanPort& port : plan.inputs) {
    Feed feed;
    if (port.name == "source")
      feed.i32 = source_;
    else if (port.name == "source_mask")
      feed.f32 = source_mask_;
    else if (port.name == "target_in")
      feed.i32 = target_in_;
    else if (port.name == "target_out")
      feed.i32 = target_out_;
    else if (port.name == "target_mask")
      feed.f32 = target_mask_;
    else if (port.name == "rate" && rate != nullptr)
      feed.f32 = {rate, 1};
    else if (port.name == "step" && step != nullptr)
      feed.f32 = {step, 1};
    else
      throw ShapeError("[batch] nothing to feed the plan's input '" + port.name + "'");
    feeds.push_back(feed);
  }
  return feeds;
}

SequenceBatch record_batch(Tape& tape, BatchShape shape) {
  SequenceBatch batch;
  batch.source = tape.input("source", {shape.batch, shape.source}, DType::kI32);
  batch.source_mask = tape.input("source_mask", {shape.batch, shape.source});
  batch.target_in = tape.input("target_in", {shape.batch, shape.target}, DType::kI32);
  batch.target_out = tape.input("target_out", {shape.batch, shape.target}, DType::kI32);
  batch.target_mask = tape.input("target_mask", {shape.batch, shape.target});
  return batch;
}

}  // namespace heed
