// platform: the outgoing half of the message port that both wasm programs export (src/README.md): a queue that JavaScript empties one
// message at a time.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "training/protocol.h"

namespace heed {

class OutgoingPort {
 public:
  void push(Message message) { queue_.push_back(std::move(message)); }
  void push(std::string json) { queue_.push_back({std::move(json), {}}); }

  /// Makes the next message the current one; false when there is none.
  bool take() {
    if (queue_.empty()) return false;
    current_ = std::move(queue_.front());
    queue_.pop_front();
    return true;
  }
  const Message& current() const { return current_; }

 private:
  std::deque<Message> queue_;
  Message current_;
};

}  // namespace heed
