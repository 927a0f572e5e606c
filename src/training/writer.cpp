// training: see writer.h.
#include "training/writer.h"

#include <algorithm>
#include <stdexcept>

#include "base/rng.h"
#include "training/plans.h"

namespace heed {
namespace {

std::string memory_name(std::size_t n) {
  return (n % 2 == 0 ? "keys " : "values ") + std::to_string(n / 2 + 1);
}

}  // namespace

Writer::Writer(const Experiment& experiment, Backend& backend, StateId state, Earlier earlier)
    : model_(*experiment.model),
      next_(earlier == Earlier::kKept ? dynamic_cast<const NextToken*>(experiment.model.get()) : nullptr),
      backend_(&backend),
      window_(experiment.task->max_source_length(Split::kTrain)),
      batch_(BatchShape{1, window_, window_}) {
  if (next_ != nullptr) {
    const std::size_t floats = static_cast<std::size_t>(window_) * static_cast<std::size_t>(next_->memory_width());
    memories_.assign(2 * static_cast<std::size_t>(next_->memory_layers()), std::vector<float>(floats, 0.0f));
  }
  plan_ = record(backend);
  executable_ = backend.prepare(plan_, state);
}

Plan Writer::record(const Backend& backend) const {
  Tape tape;
  if (next_ != nullptr)
    record_step(tape);
  else
    record_window(tape);
  Plan plan = compile(tape, {}, backend.abilities());
  if (!backend.supports(plan)) throw LackingOp(backend.name(), unsupported_op(plan, backend));
  return plan;
}

void Writer::move_to(Backend& backend, StateId state) {
  Plan plan = record(backend);
  const ExecutableId executable = backend.prepare(plan, state);
  backend_->release(executable_);
  backend_ = &backend;
  plan_ = std::move(plan);
  executable_ = executable;
}

Writer::~Writer() {
  if (executable_ >= 0) backend_->release(executable_);
}

/// One position, after up to N others.
void Writer::record_step(Tape& tape) const {
  Graph graph(tape, model_.parameters());
  const Tensor filled = tape.input("filled", {1, window_});
  LayerMemories past;
  for (int layer = 0; layer < next_->memory_layers(); ++layer) {
    const auto part = [&](int which) {
      return tape.input(memory_name(static_cast<std::size_t>(2 * layer + which)), {1, window_, next_->memory_width()});
    };
    past.push_back({part(0), part(1), filled});
  }
  const Tensor token = tape.input("token", {1}, DType::kI32), place = tape.input("place", {1}, DType::kI32);
  tape.output("logits", next_->next(graph, token, place, past));
  for (std::size_t layer = 0; layer < past.size(); ++layer) {
    tape.output(memory_name(2 * layer), slice(past[layer].keys, 1, window_, 1));
    tape.output(memory_name(2 * layer + 1), slice(past[layer].values, 1, window_, 1));
  }
}

/// All positions of a window.
void Writer::record_window(Tape& tape) const {
  Graph graph(tape, model_.parameters());
  tape.output("logits", model_.forward(graph, record_batch(tape, batch_.shape())).logits);
}

void Writer::begin(std::vector<int> prompt, const Sampling& sampling) {
  text_ = std::move(prompt);
  sampling_ = sampling;
  drawn_ = 0;
  if (next_ == nullptr) {
    read_ = text_.size();
    return;
  }
  read_ = text_.size() > static_cast<std::size_t>(window_) ? text_.size() - static_cast<std::size_t>(window_) : 0;
  place_ = {0};
  filled_.assign(static_cast<std::size_t>(window_), 0.0f);
}

std::vector<Feed> Writer::step_feeds() const {
  std::vector<Feed> feeds;
  for (const PlanPort& port : plan_.inputs) {
    Feed feed;
    if (port.name == "token") feed.i32 = token_;
    if (port.name == "place") feed.i32 = place_;
    if (port.name == "filled") feed.f32 = filled_;
    for (std::size_t n = 0; n < memories_.size(); ++n) {
      if (port.name == memory_name(n)) feed.f32 = memories_[n];
    }
    feeds.push_back(feed);
  }
  return feeds;
}

std::vector<Feed> Writer::window_feeds() {
  Example example;
  const std::size_t count = std::min(text_.size(), static_cast<std::size_t>(window_));
  example.source.assign(text_.end() - static_cast<std::ptrdiff_t>(count), text_.end());
  example.target = example.source;
  example.asked.assign(count, 1.0f);
  batch_.fill({&example, 1});
  return batch_.feeds(plan_);
}

Ticket Writer::submit() {
  if (next_ == nullptr) return backend_->submit(executable_, window_feeds(), 0);
  token_ = {text_.at(read_)};
  return backend_->submit(executable_, step_feeds(), 0);
}

const std::vector<float>& Writer::output(const Outputs& outputs, const std::string& name) const {
  return outputs.values[static_cast<std::size_t>(plan_.output_index(name))];
}

void Writer::keep(const Outputs& outputs) {
  const auto place = static_cast<std::size_t>(place_.front());
  for (std::size_t n = 0; n < memories_.size(); ++n) {
    const std::vector<float>& row = output(outputs, memory_name(n));
    std::copy(row.begin(), row.end(), memories_[n].begin() + static_cast<std::ptrdiff_t>(place * row.size()));
  }
  filled_[place] = 1;
  ++place_.front();
  ++read_;
}

void Writer::move_on() {
  read_ = text_.size() - std::max<std::size_t>(1, static_cast<std::size_t>(window_) / 2);
  place_ = {0};
  std::ranges::fill(filled_, 0.0f);
}

std::optional<int> Writer::take(const Outputs& outputs) {
  logits_ = output(outputs, "logits");
  if (next_ != nullptr) {
    keep(outputs);
    if (read_ < text_.size()) return std::nullopt;
  } else {
    const std::size_t rows = static_cast<std::size_t>(window_), vocabulary = logits_.size() / rows;
    const auto row = logits_.begin() + static_cast<std::ptrdiff_t>((std::min(text_.size(), rows) - 1) * vocabulary);
    logits_ = std::vector<float>(row, row + static_cast<std::ptrdiff_t>(vocabulary));
  }
  Random random(sampling_.seed, Purpose::kSample, drawn_++);
  text_.push_back(draw(chances(logits_, sampling_), random.uniform()));
  if (next_ != nullptr && place_.front() == window_) move_on();
  return text_.back();
}

float Writer::chance() const {
  return chances(logits_, {})[static_cast<std::size_t>(text_.back())];
}

}  // namespace heed
