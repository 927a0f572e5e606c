// training: a session's checkpoints: taking them, going back to one, and starting from one.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "training/session.h"

namespace heed {
namespace {

constexpr std::size_t kMostDataBytes = 1u << 20;  // pairs larger than this are not stored
constexpr Arena kStored[] = {Arena::kParameters, Arena::kMoment1, Arena::kMoment2, Arena::kMoment3};

std::string tensor_name(std::size_t arena, const std::string& parameter) {
  return arena == 0 ? parameter : "optimiser." + std::to_string(arena) + "." + parameter;
}

Error unusable(const std::string& what) {
  return Error{"This checkpoint cannot be used: " + what + "."};
}

Result<std::string> text_of(const Checkpoint& checkpoint, const char* key) {
  const auto found = checkpoint.metadata.find(key);
  if (found == checkpoint.metadata.end())
    return unusable(std::string("it does not say its '") + key + "'; was it saved by Heed?");
  return found->second;
}

template <class T>
Result<T> number_of(const Checkpoint& checkpoint, const char* key) {
  const auto text = text_of(checkpoint, key);
  if (!text) return Error{text.error()};
  T number{};
  const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (problem != std::errc() || end != text->data() + text->size())
    return unusable(std::string("its '") + key + "' is not a number");
  return number;
}

Result<Progress> progress_of(const Checkpoint& checkpoint) {
  const auto step = number_of<std::uint64_t>(checkpoint, "step");
  const auto seconds = number_of<double>(checkpoint, "train_seconds");
  const auto rate = number_of<double>(checkpoint, "rate");
  if (!step) return Error{step.error()};
  if (!seconds) return Error{seconds.error()};
  if (!rate) return Error{rate.error()};
  if (*step > (1ull << 40)) return unusable("its step is impossible");
  if (!std::isfinite(*rate) || *rate <= 0 || !std::isfinite(*seconds) || *seconds < 0)
    return unusable("its numbers are impossible");
  return Progress{*step, *seconds, *rate};
}

Status same_vocabulary(const Checkpoint& checkpoint, const char* key, const Vocabulary& vocabulary) {
  const auto text = text_of(checkpoint, key);
  if (!text) return Error{text.error()};
  const auto json = parse_json(*text);
  if (!json) return unusable(std::string("its ") + key + " cannot be read");
  const auto stored = Vocabulary::from_json(*json);
  if (!stored) return unusable(std::string("its ") + key + " cannot be read: " + stored.error());
  if (*stored == vocabulary) return ok_status();
  return unusable(std::string("its ") + key +
             " is not that of its task (other data, or another version of the task). Use the data it was trained on");
}

std::string exact_text(double number) {
  return Json(number).dump();
}

}  // namespace

struct Session::CheckpointJob {
  Progress progress;
  std::vector<std::vector<float>> arenas;  ///< in the order of kStored
  bool with_data = false;
  int era = -1, backend_number = -1;  ///< of the first arena
  bool mixed = false;                 ///< the weights changed hands in between
};

void Session::queue_checkpoint(std::function<void(std::uint64_t, Bytes)> deliver, bool requested) {
  auto job = std::make_shared<CheckpointJob>();
  job->with_data = requested;
  std::vector<Work> parts;
  for (const Arena arena : kStored) {
    parts.push_back({[this, job, arena] {
                       job->progress = progress_;
                       if (job->era < 0) job->era = era_, job->backend_number = backend_number_;
                       job->mixed = job->mixed || job->era != era_ || job->backend_number != backend_number_;
                       return backend_->read(state_, arena, 0, arena_elems_);
                     },
                     [this, job, deliver, requested](Outputs outputs) {
                       job->arenas.push_back(std::move(outputs.values.at(0)));
                       if (job->arenas.size() < std::size(kStored)) return;
                       if (job->mixed) {
                         if (requested) queue_checkpoint(deliver, true);
                         return;
                       }
                       const bool finite = std::ranges::all_of(job->arenas, [](const std::vector<float>& arena_values) {
                         return std::ranges::all_of(arena_values, [](float value) { return std::isfinite(value); });
                       });
                       if (finite)
                         deliver(job->progress.step, build_checkpoint(*job));
                       else if (not_finite(job->progress.step, "weights") && requested)
                         queue_checkpoint(deliver, true);
                     },
                     requested});
  }
  queue_.insert(queue_.begin(), parts.begin(), parts.end());
}

Bytes Session::build_checkpoint(const CheckpointJob& job) const {
  Checkpoint checkpoint;
  for (std::size_t arena = 0; arena < job.arenas.size(); ++arena) {
    const std::vector<float>& values = job.arenas[arena];
    // Moments that this optimiser does not use are zeros throughout.
    if (arena > 0 && std::ranges::all_of(values, [](float value) { return value == 0; })) continue;
    for (const ParameterInfo& info : experiment_->model->parameters().all()) {
      const auto begin = values.begin() + static_cast<std::ptrdiff_t>(info.offset);
      checkpoint.tensors[tensor_name(arena, info.name)] = {
          info.shape, {begin, begin + static_cast<std::ptrdiff_t>(info.shape.count())}};
    }
  }
  const Task& task = *experiment_->task;
  checkpoint.metadata = {{"heed", "1"},
                         {"preset", experiment_->preset.dump()},
                         {"step", std::to_string(job.progress.step)},
                         {"train_seconds", exact_text(job.progress.train_seconds)},
                         {"rate", exact_text(job.progress.rate)},
                         {"backend", std::string(backend_->name())},
                         {"backend_reason", chosen_.reason},
                         {"source_vocabulary", task.source_vocabulary().to_json().dump()},
                         {"target_vocabulary", task.target_vocabulary().to_json().dump()}};
  if (job.with_data && !experiment_->data.empty() && experiment_->data.size() < kMostDataBytes) {
    checkpoint.metadata["data"] = experiment_->data;
  }
  return write_safetensors(checkpoint);
}

void Session::keep_checkpoint() {
  queue_checkpoint([this](std::uint64_t step, Bytes bytes) { timeline_.add_checkpoint(step, std::move(bytes)); },
                   false);
}

void Session::take_checkpoint(int request) {
  queue_checkpoint(
      [this, request](std::uint64_t step, Bytes bytes) {
        outbox_.send(CheckpointReady{request, step, std::move(bytes)});
      },
      true);
}

/// Weights, optimiser and counters as the checkpoint has them. Nothing changes when something does not fit.
Status Session::load(const Checkpoint& checkpoint) {
  const auto progress = progress_of(checkpoint);
  if (!progress) return Error{progress.error()};
  std::vector<std::vector<float>> arenas(std::size(kStored), std::vector<float>(arena_elems_, 0.0f));
  for (std::size_t arena = 0; arena < arenas.size(); ++arena) {
    for (const ParameterInfo& info : experiment_->model->parameters().all()) {
      const std::string name = tensor_name(arena, info.name);
      const auto found = checkpoint.tensors.find(name);
      if (found == checkpoint.tensors.end()) {
        if (arena == 0) return unusable("it lacks the weights '" + name + "' that its preset asks for");
        continue;
      }
      if (found->second.shape != info.shape) {
        return unusable("'" + name + "' has shape " + found->second.shape.text() + " where its preset asks for " +
                   info.shape.text());
      }
      if (!std::ranges::all_of(found->second.values, [](float value) { return std::isfinite(value); })) {
        return unusable("'" + name + "' holds numbers that are not finite");
      }
      std::ranges::copy(found->second.values, arenas[arena].begin() + static_cast<std::ptrdiff_t>(info.offset));
    }
  }
  for (std::size_t arena = 0; arena < arenas.size(); ++arena) backend_->write(state_, kStored[arena], 0, arenas[arena]);
  progress_ = *progress;
  return ok_status();
}

Result<std::unique_ptr<Session>> Session::from_checkpoint(const Bytes& bytes, std::string data,
                                                          const Backends& backends, const Clock& clock_ms,
                                                          Outbox& outbox) {
  const auto checkpoint = read_safetensors(bytes);
  if (!checkpoint) return Error{checkpoint.error()};
  const auto preset_text = text_of(*checkpoint, "preset");
  if (!preset_text) return Error{preset_text.error()};
  const auto preset = parse_json(*preset_text);
  if (!preset) return unusable("its preset is not JSON (" + preset.error() + ")");
  const auto stored_data = checkpoint->metadata.find("data");
  if (stored_data != checkpoint->metadata.end()) data = stored_data->second;
  auto experiment = make_experiment(*preset, std::move(data));
  if (!experiment) return unusable(experiment.error());
  const Task& task = *(*experiment)->task;
  if (const Status same = same_vocabulary(*checkpoint, "source_vocabulary", task.source_vocabulary()); !same)
    return Error{same.error()};
  if (const Status same = same_vocabulary(*checkpoint, "target_vocabulary", task.target_vocabulary()); !same)
    return Error{same.error()};
  auto session = std::make_unique<Session>(std::move(*experiment), backends, clock_ms, outbox);
  if (const Status loaded = session->load(*checkpoint); !loaded) return Error{loaded.error()};
  return session;
}

/// Back to the latest kept checkpoint at or before `step`; false when there is none.
bool Session::go_back(std::uint64_t step) {
  const auto& kept = timeline_.checkpoints();
  const auto found =
      std::find_if(kept.rbegin(), kept.rend(), [step](const Timeline::Saved& saved) { return saved.step <= step; });
  if (found == kept.rend()) return false;
  const auto checkpoint = read_safetensors(found->bytes);
  if (!checkpoint || !load(*checkpoint)) return false;
  timeline_.truncate_after(progress_.step);
  outbox_.forget_snapshots_after(progress_.step);
  outbox_.send(WentBack{progress_.step});
  return true;
}

void Session::restore(std::uint64_t step) {
  forget_work();
  set_phase(RunPhase::kPaused);
  if (!go_back(step)) {
    outbox_.notice(Severity::kWarning, "nothing_to_restore",
                   "No checkpoint is kept at or before step " + std::to_string(step) + ". Choose a later step.");
    return;
  }
  add_mark("restored", "restored");
  queue_snapshot();
}

}  // namespace heed
