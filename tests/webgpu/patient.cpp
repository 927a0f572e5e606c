// tests/webgpu: waiting for the GPU; see patient.h.
#include "patient.h"

#include <set>
#include <stdexcept>

#include "turn.h"

namespace heed::test {
namespace {

class Patient final : public Backend {
 public:
  explicit Patient(std::unique_ptr<Backend> inner) : inner_(std::move(inner)) {}

  std::string_view name() const override { return inner_->name(); }
  Abilities abilities() const override { return inner_->abilities(); }
  bool supports(const Plan& plan) const override { return inner_->supports(plan); }
  StateId create_state(std::size_t arena_elems) override { return inner_->create_state(arena_elems); }
  void release_state(StateId state) override { inner_->release_state(state); }
  void write(StateId state, Arena arena, std::size_t offset, std::span<const float> values) override {
    inner_->write(state, arena, offset, values);
  }
  Ticket read(StateId state, Arena arena, std::size_t offset, std::size_t count) override {
    return awaited(inner_->read(state, arena, offset, count));
  }
  ExecutableId prepare(const Plan& plan, StateId state) override { return inner_->prepare(plan, state); }
  void release(ExecutableId executable) override { inner_->release(executable); }
  Ticket submit(ExecutableId executable, std::span<const Feed> feeds, std::uint64_t seed) override {
    return awaited(inner_->submit(executable, feeds, seed));
  }
  std::optional<Outputs> poll(Ticket ticket) override {
    if (awaited_.erase(ticket) == 0) return inner_->poll(ticket);  // nothing to wait for
    std::optional<Outputs> outputs;
    const auto is_over = [&] { return (outputs = inner_->poll(ticket)) || !inner_->failure().empty(); };
    if (!turn_until(is_over)) throw std::runtime_error("the GPU never answered");
    if (const std::string why = inner_->failure(); !why.empty()) throw std::runtime_error(why);
    return outputs;
  }
  std::string failure() override { return inner_->failure(); }
  std::size_t most_in_flight() const override { return inner_->most_in_flight(); }
  void time_kernels(bool timed) override { inner_->time_kernels(timed); }
  std::vector<KernelTime> kernel_times() const override { return inner_->kernel_times(); }

 private:
  Ticket awaited(Ticket ticket) { return awaited_.insert(ticket), ticket; }

  std::set<Ticket> awaited_;
  std::unique_ptr<Backend> inner_;
};

}  // namespace

void turn() {
  heed_turn();
}

GpuState wait_for_gpu() {
  open_gpu();
  turn_until([] { return gpu_state() != GpuState::kOpening; });
  return gpu_state();
}

void lose_gpu() {
  heed_test_lose();
  turn_until([] { return gpu_state() == GpuState::kLost; });
}

std::unique_ptr<Backend> make_patient_webgpu() {
  if (wait_for_gpu() != GpuState::kReady) throw std::runtime_error("no GPU: " + gpu_about());
  return make_patient(make_webgpu_backend());
}

std::unique_ptr<Backend> make_patient(std::unique_ptr<Backend> inner) {
  return std::make_unique<Patient>(std::move(inner));
}

}  // namespace heed::test
