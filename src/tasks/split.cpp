// tasks: see split.h.
#include "tasks/split.h"

namespace heed {

std::uint64_t text_hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDu;
  hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53u;
  return hash ^ (hash >> 33);
}

Random example_stream(Split split, std::uint64_t seed, std::uint64_t index) {
  if (split == Split::kTrain) return Random(seed, Purpose::kData, index);
  return Random(seed, Purpose::kTest, 2 * index + (split == Split::kTestLong ? 1 : 0));
}

std::uint64_t shuffled(std::uint64_t index, std::uint64_t count, std::uint64_t seed) {
  const std::uint64_t round = index / count;
  int half = 1;  // bits of each half
  while (half < 31 && (std::uint64_t{1} << (2 * half)) < count) ++half;
  const std::uint32_t mask = (std::uint32_t{1} << half) - 1;
  const std::array<std::uint32_t, 2> key = {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
  std::uint64_t place = index % count;
  do {
    auto left = static_cast<std::uint32_t>(place >> half), right = static_cast<std::uint32_t>(place) & mask;
    for (std::uint32_t k = 0; k < 4; ++k) {
      const std::uint32_t mixed =
          left ^
          (philox({right, k, static_cast<std::uint32_t>(round), static_cast<std::uint32_t>(round >> 32)}, key)[0] &
           mask);
      left = right;
      right = mixed;
    }
    place = (std::uint64_t{left} << half) | right;
  } while (place >= count);
  return place;
}

std::vector<Example> first_tested(const Task& task, std::uint64_t count) {
  std::vector<Example> chosen;
  for (std::uint64_t index = 0; index < count; ++index) chosen.push_back(task.example(Split::kTest, 1, index));
  return chosen;
}

}  // namespace heed
