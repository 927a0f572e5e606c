// training: one list of fields per message type, written once and used by both directions of the codec.
// `fields(archive, value)` names the members; ArchiveWriter turns them into JSON and a block of bytes, ArchiveReader
// turns these back and refuses what does not fit.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "training/protocol.h"

namespace heed {

/// Thrown inside the codec only; decode_command and decode_event turn it into a result.
class DecodeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

class ArchiveWriter {
 public:
  Json json = Json::object();
  Bytes* blob;

  explicit ArchiveWriter(Bytes& bytes) : blob(&bytes) {}

  template <class T>
  void operator()(const char* key, T& value) {
    json[key] = to_json(value);
  }

 private:
  template <class T>
  Json to_json(T& value) {
    using Plain = std::remove_const_t<T>;
    if constexpr (std::is_enum_v<Plain>) {
      return static_cast<int>(value);
    } else if constexpr (std::is_arithmetic_v<Plain> || std::is_same_v<Plain, std::string> ||
                         std::is_same_v<Plain, Json>) {
      return value;
    } else if constexpr (std::is_same_v<Plain, Bytes>) {
      return block(value.data(), value.size());
    } else if constexpr (std::is_same_v<Plain, std::vector<float>>) {
      return block(value.data(), value.size() * sizeof(float));
    } else if constexpr (std::is_same_v<Plain, Shape>) {
      Json dims = Json::array();
      for (int axis = 0; axis < value.rank(); ++axis) dims.push_back(value[axis]);
      return dims;
    } else if constexpr (IsVector<Plain>::value) {
      Json list = Json::array();
      for (auto& entry : value) list.push_back(to_json(entry));
      return list;
    } else {
      ArchiveWriter inner(*blob);
      fields(inner, value);
      return std::move(inner.json);
    }
  }

  /// Bytes go into the block, at a multiple of four; the JSON says where.
  Json block(const void* data, std::size_t size_bytes) {
    blob->resize((blob->size() + 3) / 4 * 4);
    const std::size_t at = blob->size();
    blob->resize(at + size_bytes);
    if (size_bytes > 0) std::memcpy(blob->data() + at, data, size_bytes);
    return {{"at", at}, {"bytes", size_bytes}};
  }
};

class ArchiveReader {
 public:
  const Json* json;
  const Bytes* blob;

  ArchiveReader(const Json& object, const Bytes& bytes) : json(&object), blob(&bytes) {
    if (!object.is_object()) throw DecodeError("an object was expected");
  }

  template <class T>
  void operator()(const char* key, T& value) {
    const auto found = json->find(key);
    if (found == json->end()) throw DecodeError(std::string("'") + key + "' is missing");
    from_json(key, *found, value);
  }

 private:
  template <class T>
  void from_json(const char* key, const Json& from, T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      if (!from.is_boolean()) wrong(key, "true or false");
      value = from.get<bool>();
    } else if constexpr (std::is_enum_v<T>) {
      int number = 0;
      from_json(key, from, number);
      if (number < 0 || number >= enum_count(T{})) wrong(key, "one of the known values");
      value = static_cast<T>(number);
    } else if constexpr (std::is_integral_v<T>) {
      value = whole<T>(key, from);
    } else if constexpr (std::is_floating_point_v<T>) {
      if (!from.is_number() && !from.is_null()) wrong(key, "a number");
      value = from.is_null() ? std::numeric_limits<T>::quiet_NaN() : from.get<T>();
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!from.is_string()) wrong(key, "text");
      value = from.get<std::string>();
    } else if constexpr (std::is_same_v<T, Json>) {
      value = from;
    } else if constexpr (std::is_same_v<T, Bytes>) {
      read_block(key, from, value);
    } else if constexpr (std::is_same_v<T, std::vector<float>>) {
      read_block(key, from, value);
    } else if constexpr (std::is_same_v<T, Shape>) {
      read_shape(key, from, value);
    } else if constexpr (IsVector<T>::value) {
      if (!from.is_array()) wrong(key, "a list");
      value.clear();
      for (const Json& entry : from) from_json(key, entry, value.emplace_back());
    } else {
      ArchiveReader inner(from, *blob);
      fields(inner, value);
    }
  }

  template <class T>
  T whole(const char* key, const Json& from) {
    if (from.is_number_unsigned()) {
      const auto number = from.get<std::uint64_t>();
      if (number <= static_cast<std::uint64_t>(std::numeric_limits<T>::max())) return static_cast<T>(number);
    } else if (from.is_number_integer()) {
      const auto number = from.get<std::int64_t>();
      if (std::is_signed_v<T> && number < 0 && number >= static_cast<std::int64_t>(std::numeric_limits<T>::min()))
        return static_cast<T>(number);
    }
    wrong(key, "a whole number that fits");
  }

  void read_shape(const char* key, const Json& from, Shape& value) {
    if (!from.is_array() || from.size() > kMaxRank) wrong(key, "at most four extents");
    value = Shape();
    for (const Json& dim : from) {
      const int extent = whole<int>(key, dim);
      if (extent < 1) wrong(key, "extents of at least 1");
      value.push_back(extent);
    }
  }

  template <class T>
  void read_block(const char* key, const Json& from, std::vector<T>& value) {
    ArchiveReader inner(from, *blob);
    std::uint64_t at = 0, bytes = 0;
    inner("at", at);
    inner("bytes", bytes);
    if (at > blob->size() || bytes > blob->size() - at || bytes % sizeof(T) != 0)
      wrong(key, "a place inside the block of bytes");
    value.resize(static_cast<std::size_t>(bytes) / sizeof(T));
    if (bytes > 0) std::memcpy(value.data(), blob->data() + at, static_cast<std::size_t>(bytes));
  }

  [[noreturn]] static void wrong(const char* key, const char* expected) {
    throw DecodeError(std::string("'") + key + "' must be " + expected);
  }
};

}  // namespace heed
