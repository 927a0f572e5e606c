// engine/backend/cpu: whether threads pay for a plan, found out by trying: what the sizes of its kernels promise holds
// only while every thread has a core of its own. The numbers that the plan computes are the same either way.
#pragma once

namespace heed::cpu {

/// For one plan: shares it while that is faster than one thread alone, and tries the other way now and then; soon when
/// something changes, seldom when it does not.
class ThreadChoice {
 public:
  /// Whether threads are to share the next submission.
  bool shares() const { return trial_left_ > 0 ? !shares_ : shares_; }
  /// How long that submission took.
  void took(double us);

 private:
  /// Submissions of a trial, and after a change, the first of which says nothing: threads wake up, caches are cold.
  static constexpr int kTrial = 3, kUnsettled = 2;
  /// Submissions between trials: at first, at most, and after one that took much longer than usual.
  static constexpr int kSoon = 8, kSeldom = 256, kAfterSurprise = 4;

  void learn(double us);
  void conclude();

  bool shares_ = true;   ///< which way has proved faster
  double usual_us_ = 0;  ///< of a submission that way, smoothed
  double trial_us_ = 0;  ///< all that counts of a trial so far
  int unsettled_ = kUnsettled;
  int trial_left_ = 0;  ///< submissions of a trial that are still to come
  int interval_ = kSoon, until_trial_ = kSoon;
};

}  // namespace heed::cpu
