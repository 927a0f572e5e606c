// engine/tensor: shapes; see shape.h.
#include "engine/tensor/shape.h"

namespace heed {

Shape::Shape(std::initializer_list<int> dims) {
  for (int extent : dims) push_back(extent);
}

void Shape::push_back(int extent) {
  if (rank_ == kMaxRank) throw ShapeError("[shape] more than " + std::to_string(kMaxRank) + " axes");
  if (extent < 1) throw ShapeError("[shape] extent " + std::to_string(extent) + " after " + text() + "; extents start at 1");
  dims_[static_cast<std::size_t>(rank_++)] = extent;
}

std::size_t Shape::count() const {
  std::size_t n = 1;
  for (int i = 0; i < rank_; ++i) n *= static_cast<std::size_t>(dims_[static_cast<std::size_t>(i)]);
  return n;
}

std::string Shape::text() const {
  std::string out = "(";
  for (int i = 0; i < rank_; ++i) out += (i ? "," : "") + std::to_string(dims_[static_cast<std::size_t>(i)]);
  return out + ")";
}

Shape broadcast_shapes(const char* op, const Shape& a, const Shape& b) {
  const int rank = a.rank() > b.rank() ? a.rank() : b.rank();
  Shape out;
  for (int i = 0; i < rank; ++i) {
    const int ia = i - (rank - a.rank()), ib = i - (rank - b.rank());
    const int ea = ia < 0 ? 1 : a[ia], eb = ib < 0 ? 1 : b[ib];
    if (ea != eb && ea != 1 && eb != 1) {
      throw ShapeError(std::string("[") + op + "] shapes do not broadcast: " + a.text() + " with " + b.text());
    }
    out.push_back(ea > eb ? ea : eb);
  }
  return out;
}

}  // namespace heed
