// training: reading and writing safetensors. The reader trusts nothing: every length, extent and offset is checked
// first.
#include "training/checkpoint.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

namespace heed {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie in memory");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeaderBytes = 64ull << 20;

Error bad(const std::string& what) {
  constexpr std::size_t kMostShown = 160;
  const std::string shown = what.size() > kMostShown ? what.substr(0, kMostShown) + "..." : what;
  return Error{"This is not a checkpoint that can be read: " + shown +
               ". Use a file saved by Heed, whole and unchanged."};
}

struct Extent {
  std::uint64_t begin = 0, end = 0;
};

/// A whole number of JSON that is not negative; -1 otherwise.
std::int64_t whole(const Json& json) {
  if (json.is_number_unsigned()) {
    const auto value = json.get<std::uint64_t>();
    return value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())
               ? static_cast<std::int64_t>(value)
               : -1;
  }
  return json.is_number_integer() ? std::max<std::int64_t>(json.get<std::int64_t>(), -1) : -1;
}

Result<Shape> read_shape(const std::string& name, const Json& json) {
  if (!json.is_array()) return bad("tensor '" + name + "' has no shape");
  if (json.size() > kMaxRank) return bad("tensor '" + name + "' has more than " + std::to_string(kMaxRank) + " axes");
  Shape shape;
  std::uint64_t count = 1;
  for (const Json& dim : json) {
    const std::int64_t extent = whole(dim);
    if (extent < 1 || extent > std::numeric_limits<int>::max())
      return bad("tensor '" + name + "' has an impossible extent");
    count *= static_cast<std::uint64_t>(extent);
    if (count > (1ull << 34)) return bad("tensor '" + name + "' is too large");
    shape.push_back(static_cast<int>(extent));
  }
  return shape;
}

Result<Extent> read_extent(const std::string& name, const Json& entry, const Shape& shape, std::uint64_t data_bytes) {
  if (!entry.contains("data_offsets") || !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2) {
    return bad("tensor '" + name + "' does not say where its data is");
  }
  const std::int64_t begin = whole(entry["data_offsets"][0]), end = whole(entry["data_offsets"][1]);
  if (begin < 0 || end < begin || static_cast<std::uint64_t>(end) > data_bytes) {
    return bad("the data of tensor '" + name + "' lies outside the file (cut off?)");
  }
  if (static_cast<std::uint64_t>(end - begin) != shape.count() * sizeof(float)) {
    return bad("tensor '" + name + "' has " + std::to_string(end - begin) + " bytes, which does not fit its shape " +
               shape.text());
  }
  return Extent{static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end)};
}

Status read_metadata(const Json& json, std::map<std::string, std::string>& metadata) {
  if (!json.is_object()) return bad("its metadata is not an object");
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) return bad("metadata '" + key + "' is not text");
    metadata[key] = value.get<std::string>();
  }
  return ok_status();
}

/// Tensors must fill the data without overlap and without holes, as the format asks.
bool covers(std::vector<Extent> extents, std::uint64_t data_bytes) {
  std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
  std::uint64_t reached = 0;
  for (const Extent& extent : extents) {
    if (extent.begin != reached) return false;
    reached = extent.end;
  }
  return reached == data_bytes;
}

}  // namespace

Bytes write_safetensors(const Checkpoint& checkpoint) {
  Json header = Json::object();
  header["__metadata__"] = checkpoint.metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    Json dims = Json::array();
    for (int axis = 0; axis < tensor.shape.rank(); ++axis) dims.push_back(tensor.shape[axis]);
    const std::uint64_t end = offset + tensor.values.size() * sizeof(float);
    header[name] = {{"dtype", "F32"}, {"shape", std::move(dims)}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');

  Bytes bytes(kLengthBytes + text.size() + offset);
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, kLengthBytes);
  std::memcpy(bytes.data() + kLengthBytes, text.data(), text.size());
  std::uint8_t* data = bytes.data() + kLengthBytes + text.size();
  for (const auto& [name, tensor] : checkpoint.tensors) {
    const std::size_t size_bytes = tensor.values.size() * sizeof(float);
    if (size_bytes > 0) std::memcpy(data, tensor.values.data(), size_bytes);
    data += size_bytes;
  }
  return bytes;
}

Result<Checkpoint> read_safetensors(const Bytes& bytes) {
  if (bytes.size() < kLengthBytes) return bad("it has only " + std::to_string(bytes.size()) + " bytes");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeaderBytes || length > bytes.size() - kLengthBytes)
    return bad("its header is longer than the file");
  const auto* text = reinterpret_cast<const char*>(bytes.data()) + kLengthBytes;
  const auto header = parse_json(std::string_view(text, static_cast<std::size_t>(length)));
  if (!header) return bad("its header is not JSON (" + header.error() + ")");
  if (!header->is_object()) return bad("its header is not a JSON object");

  const std::uint8_t* data = bytes.data() + kLengthBytes + length;
  const std::uint64_t data_bytes = bytes.size() - kLengthBytes - length;
  Checkpoint checkpoint;
  std::vector<Extent> extents;
  for (const auto& [name, entry] : header->items()) {
    if (name == "__metadata__") {
      if (const Status status = read_metadata(entry, checkpoint.metadata); !status) return Error{status.error()};
      continue;
    }
    if (!entry.is_object()) return bad("tensor '" + name + "' is not described");
    if (!entry.contains("dtype") || entry["dtype"] != "F32")
      return bad("tensor '" + name + "' does not hold float32 numbers");
    const auto shape = read_shape(name, entry.contains("shape") ? entry["shape"] : Json());
    if (!shape) return Error{shape.error()};
    const auto extent = read_extent(name, entry, *shape, data_bytes);
    if (!extent) return Error{extent.error()};
    StoredTensor tensor{*shape, std::vector<float>(shape->count())};
    std::memcpy(tensor.values.data(), data + extent->begin, static_cast<std::size_t>(extent->end - extent->begin));
    checkpoint.tensors[name] = std::move(tensor);
    extents.push_back(*extent);
  }
  if (!covers(std::move(extents), data_bytes)) return bad("its tensors overlap or leave holes");
  return checkpoint;
}

Result<Bytes> with_test_setting(const Bytes& bytes, const std::string& key, int value) {
  Result<Checkpoint> checkpoint = read_safetensors(bytes);
  if (!checkpoint) return Error{checkpoint.error()};
  Result<Json> preset = parse_json(checkpoint->metadata["preset"]);
  if (!preset || !preset->is_object() || !preset->contains("task")) return Error{"This checkpoint does not say its preset; was it saved by Heed?"};
  Json& task = (*preset)["task"];
  if (!task.is_object() || !task.contains(key))
    return Error{"The task of this checkpoint has no setting " + key + ": its long test is always as it is."};
  task[key] = value;
  checkpoint->metadata["preset"] = preset->dump();
  return write_safetensors(*checkpoint);
}

}  // namespace heed
