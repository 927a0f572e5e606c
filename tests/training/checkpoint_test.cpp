// training: safetensors, written and read; damaged files are refused with words.
#include "training/checkpoint.h"

#include <doctest/doctest.h>

#include <cstring>

#include "base/rng.h"

using namespace heed;

namespace {

Checkpoint some_checkpoint() {
  Checkpoint checkpoint;
  checkpoint.tensors["b.weight"] = {Shape{2, 3}, {1, -2, 3.5f, 0, 1e-30f, 6}};
  checkpoint.tensors["a.bias"] = {Shape{4}, {0.1f, 0.2f, 0.3f, 0.4f}};
  checkpoint.tensors["scalar"] = {Shape{}, {42}};
  checkpoint.metadata = {{"step", "17"}, {"preset", "{\"seed\":3}"}, {"data", "é\t\"x\"\n"}};
  return checkpoint;
}

/// A file with this header and so many bytes of data.
Bytes file_of(const std::string& header, std::size_t data_bytes) {
  Bytes bytes(8 + header.size() + data_bytes);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

void check_refused(const std::string& header, std::size_t data_bytes, const std::string& because) {
  CAPTURE(header);
  const auto result = read_safetensors(file_of(header, data_bytes));
  REQUIRE(!result.ok());
  CHECK_MESSAGE(result.error().find(because) != std::string::npos, result.error());
}

}  // namespace

TEST_SUITE("training.checkpoint") {
  TEST_CASE("what is written is read again") {
    const Checkpoint checkpoint = some_checkpoint();
    const Bytes bytes = write_safetensors(checkpoint);
    const auto read = read_safetensors(bytes);
    REQUIRE(read.ok());
    CHECK(read->metadata == checkpoint.metadata);
    REQUIRE(read->tensors.size() == checkpoint.tensors.size());
    for (const auto& [name, tensor] : checkpoint.tensors) {
      CHECK(read->tensors.at(name).shape == tensor.shape);
      CHECK(read->tensors.at(name).values == tensor.values);
    }
    CHECK(write_safetensors(*read) == bytes);
  }

  TEST_CASE("the layout is that of the format: length, JSON, data at a multiple of eight") {
    const Bytes bytes = write_safetensors(some_checkpoint());
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    CHECK(length % 8 == 0);
    const Json header = Json::parse(bytes.begin() + 8, bytes.begin() + 8 + static_cast<std::ptrdiff_t>(length));
    CHECK(header["b.weight"]["dtype"] == "F32");
    CHECK(header["b.weight"]["shape"] == Json::array({2, 3}));
    CHECK(header["a.bias"]["data_offsets"] == Json::array({0, 16}));
    CHECK(header["b.weight"]["data_offsets"] == Json::array({16, 40}));
    CHECK(header["__metadata__"]["step"] == "17");
    CHECK(bytes.size() == 8 + length + 4 * (6 + 4 + 1));
    float first = 0;
    std::memcpy(&first, bytes.data() + 8 + length + 16, 4);
    CHECK(first == 1.0f);
  }

  TEST_CASE("nothing inside is still a file") {
    const auto read = read_safetensors(write_safetensors({}));
    REQUIRE(read.ok());
    CHECK(read->tensors.empty());
  }

  TEST_CASE("each kind of damage is named") {
    CHECK(!read_safetensors({}).ok());
    CHECK(!read_safetensors({1, 2, 3}).ok());
    CHECK(!read_safetensors(Bytes(8, 0xff)).ok());
    check_refused("{", 0, "not JSON");
    check_refused("[]", 0, "not a JSON object");
    check_refused(R"({"__metadata__":3})", 0, "metadata");
    check_refused(R"({"__metadata__":{"a":3}})", 0, "metadata 'a'");
    check_refused(R"({"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}})", 4, "float32");
    check_refused(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "does not fit its shape");
    check_refused(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})", 8, "does not fit its shape");
    check_refused(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4, "outside the file");
    check_refused(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "outside the file");
    check_refused(R"({"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "impossible extent");
    check_refused(R"({"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4, "impossible extent");
    check_refused(R"({"w":{"dtype":"F32","shape":[1,1,1,1,1],"data_offsets":[0,4]}})", 4, "axes");
    check_refused(R"({"w":{"dtype":"F32","shape":[2147483647,2147483647,2147483647],"data_offsets":[0,4]}})", 4,
                  "too large");
    check_refused(R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", 4, "no shape");
    check_refused(R"({"w":{"dtype":"F32","shape":[1]}})", 4, "where its data is");
    check_refused(R"({"w":7})", 0, "not described");
    check_refused(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "holes");
    check_refused(
        R"({"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
        4, "overlap");
  }

  TEST_CASE("random damage gives words, never worse") {
    const Bytes good = write_safetensors(some_checkpoint());
    Random random(11, Purpose::kTest);
    int refused = 0;
    for (int round = 0; round < 4000; ++round) {
      Bytes bytes = good;
      if (random.below(4) == 0) bytes.resize(static_cast<std::size_t>(random.below(static_cast<int>(bytes.size()))));
      for (int change = random.between(0, 5); change > 0 && !bytes.empty(); --change) {
        bytes[static_cast<std::size_t>(random.below(static_cast<int>(bytes.size())))] =
            static_cast<std::uint8_t>(random.below(256));
      }
      const auto result = read_safetensors(bytes);
      if (result.ok()) continue;
      ++refused;
      CHECK(result.error().size() > 20);
      CHECK(result.error().size() < 400);
    }
    CHECK(refused > 1000);
  }

  TEST_CASE("another length of the long test: the task's setting changes, and nothing else; tasks without one say so") {
    Checkpoint checkpoint = some_checkpoint();
    checkpoint.metadata["preset"] = R"({"seed":3,"task":{"type":"bit_copy","test_length":16}})";
    const Result<Bytes> longer = with_test_setting(write_safetensors(checkpoint), "test_length", 64);
    REQUIRE(longer.ok());
    const Result<Checkpoint> read = read_safetensors(*longer);
    REQUIRE(read.ok());
    CHECK(parse_json(read->metadata.at("preset")).value() == parse_json(R"({"seed":3,"task":{"type":"bit_copy","test_length":64}})").value());
    CHECK(read->metadata.at("step") == "17");
    CHECK(read->tensors.at("b.weight").values == checkpoint.tensors.at("b.weight").values);
    CHECK(read->tensors.size() == checkpoint.tensors.size());

    checkpoint.metadata["preset"] = R"({"task":{"type":"copy"}})";
    const Result<Bytes> fixed = with_test_setting(write_safetensors(checkpoint), "test_length", 64);
    REQUIRE(!fixed.ok());
    CHECK(fixed.error().find("no setting test_length") != std::string::npos);
    const Result<Bytes> none = with_test_setting(write_safetensors(some_checkpoint()), "test_length", 64);
    REQUIRE(!none.ok());
    CHECK(none.error().find("does not say its preset") != std::string::npos);
    CHECK(!with_test_setting(Bytes(5), "test_length", 64).ok());
  }
}
