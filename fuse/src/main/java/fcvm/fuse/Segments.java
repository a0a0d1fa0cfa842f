package fcvm.fuse;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Memory in pieces, as one sequence of bytes.
final class Segments {
  private Segments() {}

  static long byteSize(List<MemorySegment> pieces) {
    long size = 0;
    for (MemorySegment piece : pieces) {
      size += piece.byteSize();
    }
    return size;
  }

  /// The bytes `[offset, offset + length)`, or fewer where the pieces end.
  static List<MemorySegment> slice(List<MemorySegment> pieces, long offset, long length) {
    List<MemorySegment> slices = new ArrayList<>();
    long skip = offset;
    long left = length;
    for (MemorySegment piece : pieces) {
      if (left <= 0) {
        break;
      }
      long size = piece.byteSize();
      if (skip < size) {
        long taken = Math.min(left, size - skip);
        slices.add(piece.asSlice(skip, taken));
        left -= taken;
      }
      skip = Math.max(0, skip - size);
    }
    return slices;
  }

  /// Copies bytes `[offset, offset + into.byteSize())` out, or fewer where the pieces end.
  ///
  /// @return bytes copied
  static long copy(List<MemorySegment> pieces, long offset, MemorySegment into) {
    long done = 0;
    long skip = offset;
    for (MemorySegment piece : pieces) {
      if (done == into.byteSize()) {
        break;
      }
      long size = piece.byteSize();
      if (skip < size) {
        long taken = Math.min(into.byteSize() - done, size - skip);
        MemorySegment.copy(piece, skip, into, done, taken);
        done += taken;
      }
      skip = Math.max(0, skip - size);
    }
    return done;
  }

  /// Copies all of `from` to the start; there must be room.
  static void fill(List<MemorySegment> pieces, MemorySegment from) {
    long done = 0;
    for (MemorySegment piece : slice(pieces, 0, from.byteSize())) {
      MemorySegment.copy(from, done, piece, 0, piece.byteSize());
      done += piece.byteSize();
    }
  }
}
