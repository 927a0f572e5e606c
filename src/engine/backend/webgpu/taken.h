// engine/backend/webgpu: texts that the bridge hands over.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>

namespace heed::webgpu {

/// The text, which is freed; empty for null.
inline std::string taken(char* text) {
  struct Freed {
    void operator()(char* owned) const { std::free(owned); }
  };
  const std::unique_ptr<char, Freed> owner(text);
  return text == nullptr ? std::string() : std::string(text);
}

}  // namespace heed::webgpu
