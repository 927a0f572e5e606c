// engine/backend/cpu: threads that share a kernel's units with the thread that calls it. Units are taken, not dealt
// out: the caller takes from the front, the others from the back, in ever smaller pieces, until none are left. So the
// caller can finish everything alone, and a thread whose core was taken away holds up no more than the piece that it is
// at.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "engine/backend/cpu/kernel.h"

namespace heed::cpu {

/// Where every thread's scratch memory is: the i-th thread's begins `stride` floats after the one before.
struct ScratchOfThreads {
  float* first = nullptr;
  std::size_t stride = 0;
};

class ThreadPool {
 public:
  /// The pool of this process with so many threads, the calling one included. It stays: in a browser, threads that have
  /// ended come back only after the program has paused.
  static std::shared_ptr<ThreadPool> shared(int threads);

  /// Fewer threads where the system gives no more.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// How many were asked for.
  int threads() const { return threads_; }

  /// False when it is at somebody else's work. After true: leave() when done.
  bool enter() { return !busy_.test_and_set(std::memory_order_acquire); }
  void leave() { busy_.clear(std::memory_order_release); }

  /// Wakes threads that sleep, for work that comes soon.
  void rouse();
  /// All units of a kernel. Only between enter() and leave().
  void run(const Kernel& kernel, const Submission& submission, ScratchOfThreads scratch);

 private:
  struct Job {
    const Kernel* kernel = nullptr;
    const Submission* submission = nullptr;
    ScratchOfThreads scratch;
  };
  struct Piece {
    std::uint32_t begin = 0, end = 0;
  };

  Piece take(bool from_front);
  /// Takes pieces until there are none; how many units these were.
  std::uint32_t work(std::size_t thread);
  void wait_for(std::uint32_t units);
  void serve(std::size_t thread);
  void sleep();
  bool idle() const;

  const int threads_;
  Job job_;  ///< written while no unit is left and none is being worked at
  /// Each on a cache line of its own: the units that nobody has taken yet (begin below, end above), and how many are
  /// done.
  alignas(64) std::atomic<std::uint64_t> left_ = 0;
  alignas(64) std::atomic<std::uint32_t> done_ = 0;
  std::atomic<bool> caller_sleeps_ = false;
  alignas(64) std::atomic<std::uint32_t> calls_ = 0;  ///< what sleeping threads wait for to change
  std::atomic<std::uint32_t> sleeping_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic_flag busy_;
  std::vector<std::thread> workers_;
};

}  // namespace heed::cpu
