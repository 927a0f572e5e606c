// engine/backend/cpu: memory that starts on a cache line.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>

namespace heed::cpu {

class Buffer {
 public:
  static constexpr std::align_val_t kAlignment{64};

  Buffer() = default;
  /// All zeros.
  explicit Buffer(std::size_t elems)
      : elems_(elems),
        data_(static_cast<float*>(::operator new(std::max<std::size_t>(elems, 1) * sizeof(float), kAlignment))) {
    std::fill_n(data_.get(), elems, 0.0f);
  }

  float* data() const { return data_.get(); }
  std::size_t elems() const { return elems_; }

 private:
  struct Release {
    void operator()(float* data) const { ::operator delete(data, kAlignment); }
  };
  std::size_t elems_ = 0;
  std::unique_ptr<float, Release> data_;
};

}  // namespace heed::cpu
