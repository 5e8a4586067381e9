#ifndef SENTENCEPIECE_SHIM_H
#define SENTENCEPIECE_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded SentencePiece model; read-only after loading, so any thread may use it.
typedef struct SPModel SPModel;

/// A piece and the bytes of the text that it covers.
typedef struct SPPiece {
  int32_t id;
  uint32_t begin;
  uint32_t end;
} SPPiece;

/// The model's special ids; -1 for one that it lacks.
typedef struct SPSpecialIDs {
  int32_t bos;
  int32_t eos;
  int32_t unk;
  int32_t pad;
} SPSpecialIDs;

/// Reads a serialised model. On failure returns NULL and writes a message, always terminated.
SPModel *sp_model_create(const void *bytes, size_t count, char *message, size_t capacity);
void sp_model_destroy(SPModel *model);

int32_t sp_model_size(const SPModel *model);
SPSpecialIDs sp_model_special_ids(const SPModel *model);
/// The bytes of a piece; they live as long as the model. `id` must be in range.
const char *sp_model_piece(const SPModel *model, int32_t id, size_t *count);
/// Whether an id stands for no text, such as BOS. `id` must be in range.
bool sp_model_is_control(const SPModel *model, int32_t id);

/// Splits a text. Returns false and a message on failure; else `*pieces` is to be freed.
bool sp_model_encode(const SPModel *model, const char *text, size_t length, SPPiece **pieces,
                     size_t *count, char *message, size_t capacity);
/// Joins ids. Returns false and a message on failure; else `*text` is to be freed.
bool sp_model_decode(const SPModel *model, const int32_t *ids, size_t count, char **text,
                     size_t *length, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
