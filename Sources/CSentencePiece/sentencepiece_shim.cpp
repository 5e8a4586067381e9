#include "sentencepiece_shim.h"

#include <sentencepiece_processor.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <vector>

struct SPModel {
  sentencepiece::SentencePieceProcessor processor;
};

namespace {

void write(const char *text, char *message, size_t capacity) {
  if (capacity > 0) std::snprintf(message, capacity, "%s", text);
}

/// Runs a body that may throw; C callers see false and a message instead.
template <typename Body>
bool guarded(char *message, size_t capacity, Body body) {
  try {
    const sentencepiece::util::Status status = body();
    if (status.ok()) return true;
    write(status.error_message(), message, capacity);
  } catch (const std::exception &error) {
    write(error.what(), message, capacity);
  }
  return false;
}

/// Memory for at least one element, so that an empty result is not NULL.
template <typename Element>
Element *allocate(size_t count) {
  void *memory = std::malloc((count == 0 ? 1 : count) * sizeof(Element));
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<Element *>(memory);
}

}  // namespace

SPModel *sp_model_create(const void *bytes, size_t count, char *message, size_t capacity) {
  SPModel *model = new (std::nothrow) SPModel;
  if (model == nullptr) {
    write("out of memory", message, capacity);
    return nullptr;
  }
  const bool loaded = guarded(message, capacity, [&] {
    const absl::string_view serialized(static_cast<const char *>(bytes), count);
    return model->processor.LoadFromSerializedProto(serialized);
  });
  if (loaded) return model;
  delete model;
  return nullptr;
}

void sp_model_destroy(SPModel *model) { delete model; }

int32_t sp_model_size(const SPModel *model) { return model->processor.GetPieceSize(); }

SPSpecialIDs sp_model_special_ids(const SPModel *model) {
  const auto &processor = model->processor;
  return {processor.bos_id(), processor.eos_id(), processor.unk_id(), processor.pad_id()};
}

const char *sp_model_piece(const SPModel *model, int32_t id, size_t *count) {
  const std::string &piece = model->processor.IdToPiece(id);
  *count = piece.size();
  return piece.data();
}

bool sp_model_is_control(const SPModel *model, int32_t id) {
  return model->processor.IsControl(id);
}

bool sp_model_encode(const SPModel *model, const char *text, size_t length, SPPiece **pieces,
                     size_t *count, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    const auto encoded =
        model->processor.EncodeAsImmutableProto(absl::string_view(text, length));
    *count = encoded.pieces_size();
    *pieces = allocate<SPPiece>(*count);
    for (size_t index = 0; index < *count; ++index) {
      const auto piece = encoded.pieces(static_cast<int>(index));
      (*pieces)[index] = {static_cast<int32_t>(piece.id()), piece.begin(), piece.end()};
    }
    return sentencepiece::util::Status();
  });
}

bool sp_model_decode(const SPModel *model, const int32_t *ids, size_t count, char **text,
                     size_t *length, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    std::string joined;
    const auto status = model->processor.Decode(std::vector<int>(ids, ids + count), &joined);
    if (!status.ok()) return status;
    *text = allocate<char>(joined.size());
    *length = joined.size();
    std::memcpy(*text, joined.data(), joined.size());
    return status;
  });
}
