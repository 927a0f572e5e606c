// tests/webgpu: plans as the webgpu backend would get them, without a GPU.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "engine/backend/webgpu/webgpu.h"

namespace heed::test {

/// The webgpu backend without a GPU: it only tells what it would run.
class Surveyor final : public Backend {
 public:
  Surveyor() : gpu_(make_webgpu_backend()) {}
  std::string_view name() const override { return gpu_->name(); }
  Abilities abilities() const override { return gpu_->abilities(); }
  bool supports(const Plan& plan) const override { return gpu_->supports(plan); }
  StateId create_state(std::size_t) override { return 1; }
  void release_state(StateId) override {}
  void write(StateId, Arena, std::size_t, std::span<const float>) override {}
  Ticket read(StateId, Arena, std::size_t, std::size_t) override { return 0; }
  ExecutableId prepare(const Plan&, StateId) override { return 1; }
  void release(ExecutableId) override {}
  Ticket submit(ExecutableId, std::span<const Feed>, std::uint64_t) override { return 0; }
  std::optional<Outputs> poll(Ticket) override { return std::nullopt; }

 private:
  std::unique_ptr<Backend> gpu_;
};

}  // namespace heed::test
