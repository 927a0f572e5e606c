// engine/backend/cpu: see thread_choice.h.
#include "engine/backend/cpu/thread_choice.h"

#include <algorithm>

namespace heed::cpu {
namespace {

/// How much of a new time goes into the usual one, of which it counts twice at most: somebody else's moment on a core
/// is no change.
constexpr double kNews = 0.2, kMostOfUsual = 2;
constexpr double kSurprise = 1.3, kClearlySlower = 1.3;
/// The other way must be that much faster to be taken.
constexpr double kWorthIt = 0.97;

}  // namespace

void ThreadChoice::took(double us) {
  if (trial_left_ > 0) {
    if (trial_left_ < kTrial) trial_us_ += us;
    if (--trial_left_ == 0) conclude();
    return;
  }
  if (unsettled_ > 0) {
    --unsettled_;
    return;
  }
  learn(us);
  if (--until_trial_ > 0) return;
  trial_left_ = kTrial;
  trial_us_ = 0;
}

void ThreadChoice::learn(double us) {
  if (usual_us_ == 0) usual_us_ = us;
  if (us > kSurprise * usual_us_) until_trial_ = std::min(until_trial_, kAfterSurprise);
  usual_us_ += kNews * (std::min(us, kMostOfUsual * usual_us_) - usual_us_);
}

void ThreadChoice::conclude() {
  const double other_us = trial_us_ / (kTrial - 1);
  if (other_us < kWorthIt * usual_us_) {
    shares_ = !shares_;
    usual_us_ = other_us;
    interval_ = kSoon;
  } else {
    interval_ = std::min(kSeldom, interval_ * (other_us > kClearlySlower * usual_us_ ? 4 : 2));
  }
  unsettled_ = 1;
  until_trial_ = interval_;
}

}  // namespace heed::cpu
