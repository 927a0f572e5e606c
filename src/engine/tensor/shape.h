// engine/tensor: shapes, element types, and the exception that a shape mistake in model code throws while recording.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <stdexcept>
#include <string>

namespace heed {

enum class DType : unsigned char { kF32, kI32 };

inline constexpr int kMaxRank = 4;

/// Extents of a dense row-major tensor, rank 0 (a scalar) to 4.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<int> dims);

  int rank() const { return rank_; }
  /// Negative axes count from the end.
  int operator[](int axis) const { return dims_[static_cast<std::size_t>(axis < 0 ? axis + rank_ : axis)]; }
  void set(int axis, int extent) { dims_[static_cast<std::size_t>(axis < 0 ? axis + rank_ : axis)] = extent; }
  void push_back(int extent);
  std::size_t count() const;
  std::string text() const;  ///< "(2,3,5)"
  bool operator==(const Shape& other) const = default;

 private:
  std::array<int, kMaxRank> dims_{};
  int rank_ = 0;
};

/// A mistake of the program, found while recording: "[matmul] inner extents differ: (2,3) x (4,5)".
class ShapeError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Shape of a broadcast: extents equal or 1, aligned at the last axis. Throws ShapeError naming `op`.
Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b);

}  // namespace heed
