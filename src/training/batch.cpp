// training: padding and feeding of batches.
#include "training/batch.h"

#include <algorithm>
#include <iterator>

namespace heed {
namespace {

constexpr int kNoToken = -1;

std::size_t product(int a, int b, int c = 1) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

template <class To, class From>
void put(std::vector<To>& to, std::size_t at, const std::vector<From>& from) {
  std::copy(from.begin(), from.end(), to.begin() + static_cast<std::ptrdiff_t>(at));
}

void expect(bool fits, const Example& example, const BatchShape& shape) {
  if (fits) return;
  throw ShapeError("[batch] an example of " + std::to_string(example.source.size()) + " and " +
                   std::to_string(example.target.size()) + " tokens does not fit " + std::to_string(shape.source) +
                   " and " + std::to_string(shape.target));
}

}  // namespace

Batch::Batch(BatchShape shape, const TaskForm& form) : shape_(shape), form_(form) {
  const std::size_t sources = product(shape.batch, shape.source), targets = product(shape.batch, shape.target);
  tokens_["source"].resize(sources);
  numbers_["source_mask"].resize(sources);
  tokens_["target_in"].resize(targets);
  tokens_["target_out"].resize(targets);
  numbers_["target_mask"].resize(targets);
  if (form.query > 0) {
    tokens_["query"].resize(product(shape.batch, form.query));
    numbers_["query_mask"].resize(product(shape.batch, form.query));
  }
  if (form.segments > 0) tokens_["segments"].resize(sources);
  if (form.words > 0) tokens_["source_words"].resize(product(shape.batch, shape.source, form.words));
  if (form.support > 0) tokens_["support"].resize(product(shape.batch, form.support));
  if (form.source_width > 0) numbers_["source_values"].resize(product(shape.batch, shape.source, form.source_width));
  if (form.target_width > 0) numbers_["target_values"].resize(product(shape.batch, shape.target, form.target_width));
}

void Batch::fill(std::span<const Example> examples) {
  if (examples.size() > static_cast<std::size_t>(shape_.batch)) throw ShapeError("[batch] more examples than rows");
  for (auto& [name, values] : tokens_) std::ranges::fill(values, name == "support" || name == "source_words" ? kNoToken : kPadToken);
  for (auto& [name, values] : numbers_) std::ranges::fill(values, 0.0f);
  asked_ = 0;
  for (std::size_t row = 0; row < examples.size(); ++row) {
    fill_source(row, examples[row]);
    fill_target(row, examples[row]);
  }
}

void Batch::fill_source(std::size_t row, const Example& example) {
  const std::size_t length = example.source.size(), at = row * static_cast<std::size_t>(shape_.source);
  expect(length <= static_cast<std::size_t>(shape_.source), example, shape_);
  put(tokens_["source"], at, example.source);
  std::fill_n(numbers_["source_mask"].begin() + static_cast<std::ptrdiff_t>(at), length, 1.0f);
  if (form_.query > 0) {
    const std::size_t query_at = row * static_cast<std::size_t>(form_.query);
    if (example.query.size() > static_cast<std::size_t>(form_.query))
      throw ShapeError("[batch] a question of " + std::to_string(example.query.size()) + " tokens, but at most " +
                       std::to_string(form_.query) + " fit");
    put(tokens_["query"], query_at, example.query);
    std::fill_n(numbers_["query_mask"].begin() + static_cast<std::ptrdiff_t>(query_at), example.query.size(), 1.0f);
  }
  if (form_.segments > 0) {
    expect(example.segments.size() == length, example, shape_);
    put(tokens_["segments"], at, example.segments);
  }
  if (form_.words > 0) {
    const auto width = static_cast<std::size_t>(form_.words);
    expect(example.source_words.size() == length * width, example, shape_);
    std::ranges::transform(example.source_words, tokens_["source_words"].begin() + static_cast<std::ptrdiff_t>(at * width),
                           [](int token) { return token == kPadToken ? kNoToken : token; });
  }
  if (form_.source_width > 0) {
    const auto width = static_cast<std::size_t>(form_.source_width);
    expect(example.source_values.size() == length * width, example, shape_);
    put(numbers_["source_values"], at * width, example.source_values);
  }
}

void Batch::fill_target(std::size_t row, const Example& example) {
  const std::size_t length = example.target.size(), at = row * static_cast<std::size_t>(shape_.target);
  expect(length <= static_cast<std::size_t>(shape_.target), example, shape_);
  if (length == 0) return;
  put(tokens_["target_out"], at, example.target);
  std::vector<std::int32_t>& shifted = tokens_["target_in"];
  shifted[at] = kStartToken;
  std::copy_n(example.target.begin(), length - 1, shifted.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  std::vector<float>& mask = numbers_["target_mask"];
  for (std::size_t t = 0; t < length; ++t) {
    mask[at + t] = example.asked.empty() ? 1.0f : example.asked.at(t);
    asked_ += mask[at + t] > 0 ? 1 : 0;
  }
  if (form_.support > 0 && !example.alignment.empty()) {
    const std::vector<int>& facts = example.alignment.front();
    expect(facts.size() <= static_cast<std::size_t>(form_.support), example, shape_);
    put(tokens_["support"], row * static_cast<std::size_t>(form_.support), facts);
  }
  if (form_.target_width > 0) {
    const auto width = static_cast<std::size_t>(form_.target_width);
    expect(example.target_values.size() == length * width, example, shape_);
    put(numbers_["target_values"], at * width, example.target_values);
  }
}

std::vector<Feed> Batch::feeds(const Plan& plan, const OwnFeeds& own) const {
  Plan others;  // what is not given is the batch's own
  std::copy_if(plan.inputs.begin(), plan.inputs.end(), std::back_inserter(others.inputs),
               [&](const PlanPort& port) { return !own.contains(port.name); });
  const std::vector<Feed> rest = feeds(others);
  std::vector<Feed> all;
  for (std::size_t taken = 0; const PlanPort& port : plan.inputs) {
    const auto given = own.find(port.name);
    all.push_back(given == own.end() ? rest[taken++] : Feed{given->second, {}});
  }
  return all;
}

std::vector<Feed> Batch::feeds(const Plan& plan, const float* rate, const float* step) const {
  std::vector<Feed> feeds;
  for (const PlanPort& port : plan.inputs) {
    Feed feed;
    if (const auto tokens = tokens_.find(port.name); tokens != tokens_.end())
      feed.i32 = tokens->second;
    else if (const auto numbers = numbers_.find(port.name); numbers != numbers_.end())
      feed.f32 = numbers->second;
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

SequenceBatch record_batch(Tape& tape, BatchShape shape, const TaskForm& form, Targets targets) {
  SequenceBatch batch;
  batch.source = tape.input("source", {shape.batch, shape.source}, DType::kI32);
  batch.source_mask = tape.input("source_mask", {shape.batch, shape.source});
  if (form.query > 0) {
    batch.query = tape.input("query", {shape.batch, form.query}, DType::kI32);
    batch.query_mask = tape.input("query_mask", {shape.batch, form.query});
  }
  if (form.segments > 0) batch.segments = tape.input("segments", {shape.batch, shape.source}, DType::kI32);
  if (form.words > 0)
    batch.source_words = tape.input("source_words", {shape.batch, shape.source, form.words}, DType::kI32);
  if (form.source_width > 0)
    batch.source_values = tape.input("source_values", {shape.batch, shape.source, form.source_width});
  if (targets == Targets::kWithout) return batch;
  batch.target_in = tape.input("target_in", {shape.batch, shape.target}, DType::kI32);
  batch.target_out = tape.input("target_out", {shape.batch, shape.target}, DType::kI32);
  batch.target_mask = tape.input("target_mask", {shape.batch, shape.target});
  if (form.support > 0) batch.support = tape.input("support", {shape.batch, form.support}, DType::kI32);
  if (form.target_width > 0)
    batch.target_values = tape.input("target_values", {shape.batch, shape.target, form.target_width});
  return batch;
}

}  // namespace heed
