// training: looking inside the model and measuring its cost. Both are many submissions that belong to one set of weights:
// training steps wait until they are done.
#include <algorithm>

#include "training/cost.h"
#include "training/inside.h"
#include "training/session.h"

namespace heed {

/// A look, and what it takes to begin it again where the weights changed hands in between.
struct Session::LookWork {
  Example example;
  bool known;
  int request;
  int backend_number = -1;
  std::optional<InsideLook> look = {};
};

/// One plan of a measurement on arenas of its own, run three times; the fastest counts.
struct Session::CostWork {
  int width;
  int request;
  int backend_number = -1;
  std::optional<CostJob> job = {};
  Plan plan = {};
  std::vector<std::vector<float>> values = {};
  std::vector<std::int32_t> tokens = {};
  StateId state = -1;
  ExecutableId executable = -1;
  int runs_left = 0;
  double submitted_ms = 0, best_ms = 0;

  std::vector<Feed> feeds() const {
    std::vector<Feed> out;
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
      const bool whole = plan.nodes[static_cast<std::size_t>(plan.inputs[i].node)].node.dtype == DType::kI32;
      Feed feed;
      if (whole)
        feed.i32 = std::span<const std::int32_t>(tokens).first(values[i].size());
      else
        feed.f32 = values[i];
      out.push_back(feed);
    }
    return out;
  }
};

void Session::look_inside(const LookInside& command) {
  Result<Example> example = Error{"There is no such example."};
  const auto probe = static_cast<std::size_t>(std::max(0, command.probe));
  if (!command.text.empty())
    example = experiment_->task->read_input(command.text);
  else if (probe < probes_.size())
    example = probes_[probe];
  if (!example) {
    LookedInside answer;
    answer.request = command.request;
    answer.step = progress_.step;
    answer.error = example.error();
    outbox_.send(std::move(answer));
    return;
  }
  const bool known = !example->target.empty();
  ++looking_;
  continue_look(std::make_shared<LookWork>(LookWork{std::move(*example), known, command.request}));
}

void Session::continue_look(const std::shared_ptr<LookWork>& work) {
  if (work->look && work->look->done()) {
    --looking_;
    LookedInside answer = work->look->result();
    answer.request = work->request;
    answer.step = progress_.step;
    outbox_.send(std::move(answer));
    return;
  }
  queue_.push_front({[this, work] {
                       if (std::exchange(work->backend_number, backend_number_) != backend_number_)
                         work->look.emplace(*experiment_, work->example, work->known);
                       InsideLook& look = *work->look;
                       PreparedPlan& plan = plans_->get(look.kind(), look.shape());
                       plan.batch.fill(look.examples());
                       const std::map<std::string, std::vector<float>> own = look.feeds();
                       return backend_->submit(plan.executable, plan.batch.feeds(plan.plan, own), 0);
                     },
                     [this, work](const Outputs& outputs) {
                       InsideLook& look = *work->look;
                       look.take(plans_->get(look.kind(), look.shape()), outputs);
                       continue_look(work);
                     },
                     true});
}

void Session::measure_cost(const MeasureCost& command) {
  ++looking_;
  continue_cost(std::make_shared<CostWork>(CostWork{std::clamp(command.width, 8, 256), command.request}));
}

void Session::continue_cost(const std::shared_ptr<CostWork>& work) {
  if (work->job && work->backend_number == backend_number_ && work->runs_left == 0) {
    if (work->executable >= 0) {
      work->job->timed(static_cast<float>(work->best_ms));
      backend_->release(std::exchange(work->executable, -1));
      backend_->release_state(work->state);
    }
    if (work->job->done()) {
      --looking_;
      CostMeasured answer = work->job->result();
      answer.request = work->request;
      outbox_.send(std::move(answer));
      return;
    }
  }
  queue_.push_front({[this, work] {
                       if (std::exchange(work->backend_number, backend_number_) != backend_number_) {
                         work->job.emplace(*experiment_, backend_->abilities(), work->width);
                         work->executable = -1;
                         work->runs_left = 0;
                       }
                       if (work->runs_left == 0) prepare_cost(*work);
                       --work->runs_left;
                       work->submitted_ms = clock_ms_();
                       return backend_->submit(work->executable, work->feeds(), 0);
                     },
                     [this, work](const Outputs&) {
                       const double took_ms = clock_ms_() - work->submitted_ms;
                       work->best_ms = work->best_ms == 0 ? took_ms : std::min(work->best_ms, took_ms);
                       continue_cost(work);
                     },
                     true});
}

void Session::prepare_cost(CostWork& work) {
  std::size_t arena_elems = 0;
  work.plan = work.job->next(arena_elems);
  work.values = CostJob::feeds(work.plan);
  std::size_t most = 0;
  for (const std::vector<float>& values : work.values) most = std::max(most, values.size());
  work.tokens.assign(most, kFirstToken);
  work.state = backend_->create_state(std::max<std::size_t>(arena_elems, 1));
  work.executable = backend_->prepare(work.plan, work.state);
  work.runs_left = 3;
  work.best_ms = 0;
}

}  // namespace heed
