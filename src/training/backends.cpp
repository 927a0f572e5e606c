// training: names of backends, and what a device says of itself.
#include "training/backends.h"

#include <algorithm>
#include <array>

#include "base/json.h"

namespace heed {
namespace {

constexpr std::array<std::string_view, 3> kWishKeys = {"auto", "cpu", "webgpu"};

std::string text_in(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

KernelChoice kernels_in(const Json& json) {
  const auto found = json.find("kernels");
  if (found == json.end() || !found->is_object()) return {};
  const auto width = found->find("subgroups");
  return {text_in(*found, "tiles"), width != found->end() && width->is_number() && width->get<double>() > 0, text_in(*found, "since")};
}

}  // namespace

std::string_view wish_key(Wish wish) {
  return kWishKeys[static_cast<std::size_t>(wish)];
}

std::optional<Wish> read_wish(std::string_view key) {
  const auto found = std::ranges::find(kWishKeys, key);
  if (found == kWishKeys.end()) return std::nullopt;
  return static_cast<Wish>(found - kWishKeys.begin());
}

DeviceAbout read_device_about(const std::string& text) {
  DeviceAbout about;
  const Result<Json> json = parse_json(text);
  if (!json || !json->is_object()) return about;
  about.name = text_in(*json, "description");
  if (about.name.empty()) {
    for (const char* key : {"vendor", "architecture", "device"}) {
      const std::string part = text_in(*json, key);
      if (!part.empty()) about.name += (about.name.empty() ? "" : " ") + part;
    }
  }
  about.reason = text_in(*json, "reason");
  about.kernels = kernels_in(*json);
  if (const auto found = json->find("fallback"); found != json->end() && found->is_boolean())
    about.fallback = found->get<bool>();
  if (const auto found = json->find("bytes"); found != json->end() && found->is_number())
    about.memory_bytes = found->get<double>();
  if (const auto found = json->find("features"); found != json->end() && found->is_array())
    about.has_clock = std::ranges::find(*found, Json("timestamp-query")) != found->end();
  return about;
}

}  // namespace heed
