// training: letting a language model write on, one token for each piece of work.
#include "training/session.h"
#include "training/writer.h"

namespace heed {

/// One text in the making. A new request takes its place.
struct Session::WritingJob {
  TextWritten written;
  int length = 0;
};

void Session::generate(const Generate& command) {
  const Task& task = *experiment_->task;
  TextWritten refusal{command.request, progress_.step, "", {}, {}, {}, ""};
  if (task.form().answer != Answer::kNext) {
    refusal.error = "Only language models write on: models that are trained to say what comes next, as in the task "
                    "“text”.";
    return outbox_.send(refusal);
  }
  std::vector<int> prompt;
  if (command.prompt.empty() && !probes_.empty()) {
    prompt = {probes_.front().source.front()};
  } else {
    Result<std::vector<int>> read = task.encode_source(command.prompt);
    if (!read) {
      refusal.error = read.error();
      return outbox_.send(refusal);
    }
    prompt = std::move(*read);
  }
  if (!writer_) writer_ = std::make_unique<Writer>(*experiment_, *backend_, state_);
  constexpr int kMost = 4096;
  auto job = std::make_shared<WritingJob>();
  job->length = std::clamp(command.length, 1, kMost);
  job->written.request = command.request;
  job->written.step = progress_.step;
  for (const int token : prompt) job->written.prompt.push_back(task.source_vocabulary().token(token));
  if (writing_) finish_writing(*writing_);
  writing_ = job;
  writer_->begin(std::move(prompt), command.sampling);
  queue_token(job);
}

void Session::queue_token(const std::shared_ptr<WritingJob>& job) {
  queue_.push_front({[this, job] { return writer_->submit(); },
                     [this, job](const Outputs& outputs) {
                       if (job != writing_) return;
                       take_token(job, outputs);
                     },
                     true});
}

void Session::take_token(const std::shared_ptr<WritingJob>& job, const Outputs& outputs) {
  if (const std::optional<int> token = writer_->take(outputs)) {
    job->written.pieces.push_back(experiment_->task->target_vocabulary().token(*token));
    job->written.chances.push_back(writer_->chance());
  }
  if (static_cast<int>(job->written.pieces.size()) < job->length) return queue_token(job);
  finish_writing(*job);
  writing_ = nullptr;
}

void Session::finish_writing(WritingJob& job) {
  const std::string& separator = experiment_->task->target_vocabulary().separator();
  for (const auto* part : {&job.written.prompt, &job.written.pieces}) {
    for (const std::string& piece : *part) job.written.text += (job.written.text.empty() ? "" : separator) + piece;
  }
  outbox_.send(job.written);
}

}  // namespace heed
