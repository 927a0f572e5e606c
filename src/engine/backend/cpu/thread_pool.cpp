// engine/backend/cpu: see thread_pool.h. Waiting is spinning for some microseconds, which is how far apart the kernels
// of a step are, and then sleep: a thread that only spins keeps others from their work where cores are few.
#include "engine/backend/cpu/thread_pool.h"

#include <algorithm>
#include <chrono>
#include <system_error>

namespace heed::cpu {
namespace {

using Clock = std::chrono::steady_clock;

/// Longer than the kernels of a step that one thread does alone; waking a thread takes both sides about a fifth of
/// that.
constexpr auto kWorkerSpins = std::chrono::microseconds(100);
/// Longer than a piece that is still under way when no other is left.
constexpr auto kCallerSpins = std::chrono::microseconds(30);
/// Work that is worth waking others for.
constexpr double kWakeNs = 60e3;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// True once `ready` is; false when it was not for so long.
template <class F>
bool spin(Clock::duration most, F ready) {
  constexpr int kLooks = 64;
  for (Clock::time_point begin{};;) {
    for (int look = 0; look < kLooks; ++look) {
      if (ready()) return true;
      pause();
    }
    const Clock::time_point now = Clock::now();
    if (begin == Clock::time_point{}) begin = now;
    if (now - begin > most) return false;
  }
}

/// Sleeps while `word` holds `value`, though it may wake for nothing.
void sleep_while(std::atomic<std::uint32_t>& word, std::uint32_t value) {
#if defined(__wasm__)
  // The library's own wait sleeps for times that it guesses.
  __builtin_wasm_memory_atomic_wait32(reinterpret_cast<int*>(&word), static_cast<int>(value), -1);
#else
  word.wait(value);
#endif
}

void wake_all(std::atomic<std::uint32_t>& word) {
#if defined(__wasm__)
  __builtin_wasm_memory_atomic_notify(reinterpret_cast<int*>(&word), ~0u);
#else
  word.notify_all();
#endif
}

constexpr std::uint64_t packed(std::uint32_t begin, std::uint32_t end) {
  return std::uint64_t{end} << 32 | begin;
}

}  // namespace

std::shared_ptr<ThreadPool> ThreadPool::shared(int threads) {
  static std::shared_ptr<ThreadPool> pool;
  static std::atomic_flag changing;
  while (changing.test_and_set(std::memory_order_acquire)) pause();
  if (pool == nullptr || pool->threads() != threads) pool = std::make_shared<ThreadPool>(threads);
  std::shared_ptr<ThreadPool> out = pool;
  changing.clear(std::memory_order_release);
  return out;
}

ThreadPool::ThreadPool(int threads) : threads_(threads) {
  for (int i = 1; i < threads; ++i) {
    try {
      workers_.emplace_back([this, i] { serve(static_cast<std::size_t>(i)); });
    } catch (const std::system_error&) {
      break;
    }
  }
}

ThreadPool::~ThreadPool() {
  stop_.store(true);
  rouse();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::rouse() {
  if (sleeping_.load() == 0) return;
  calls_.fetch_add(1);
  wake_all(calls_);
}

ThreadPool::Piece ThreadPool::take(bool from_front) {
  const auto share = static_cast<std::uint32_t>(2 * threads_);
  std::uint64_t seen = left_.load(std::memory_order_acquire);
  for (;;) {
    const auto begin = static_cast<std::uint32_t>(seen), end = static_cast<std::uint32_t>(seen >> 32);
    if (begin == end) return {};
    const std::uint32_t count = std::max(1u, (end - begin) / share);
    const std::uint32_t from = from_front ? begin + count : begin, to = from_front ? end : end - count;
    if (left_.compare_exchange_weak(seen, packed(from, to), std::memory_order_acq_rel, std::memory_order_acquire))
      return from_front ? Piece{begin, from} : Piece{to, end};
  }
}

std::uint32_t ThreadPool::work(std::size_t thread) {
  std::uint32_t units = 0;
  for (;;) {
    const Piece piece = take(thread == 0);
    if (piece.begin == piece.end) return units;
    job_.kernel->run({*job_.submission, piece.begin, piece.end, job_.scratch.first + thread * job_.scratch.stride});
    units += piece.end - piece.begin;
  }
}

void ThreadPool::run(const Kernel& kernel, const Submission& submission, ScratchOfThreads scratch) {
  const auto units = static_cast<std::uint32_t>(kernel.units);
  job_ = {&kernel, &submission, scratch};
  done_.store(0, std::memory_order_relaxed);
  left_.store(packed(0, units));
  if (kernel.cost_ns >= kWakeNs) rouse();
  const std::uint32_t own = work(0);
  if (own < units) wait_for(units - own);
}

void ThreadPool::wait_for(std::uint32_t units) {
  if (spin(kCallerSpins, [&] { return done_.load(std::memory_order_acquire) == units; })) return;
  caller_sleeps_.store(true);
  for (std::uint32_t done; (done = done_.load()) != units;) sleep_while(done_, done);
  caller_sleeps_.store(false);
}

bool ThreadPool::idle() const {
  const std::uint64_t left = left_.load();
  return static_cast<std::uint32_t>(left) == left >> 32 && !stop_.load();
}

void ThreadPool::sleep() {
  const std::uint32_t calls = calls_.load();
  sleeping_.fetch_add(1);
  if (idle()) sleep_while(calls_, calls);
  sleeping_.fetch_sub(1);
}

void ThreadPool::serve(std::size_t thread) {
  while (!stop_.load(std::memory_order_relaxed)) {
    const std::uint32_t units = work(thread);
    if (units > 0) {
      // The job is over, and the next may begin, as soon as the caller reads this.
      done_.fetch_add(units);
      if (caller_sleeps_.load()) wake_all(done_);
    }
    if (!spin(kWorkerSpins, [this] { return !idle(); })) sleep();
  }
}

}  // namespace heed::cpu
