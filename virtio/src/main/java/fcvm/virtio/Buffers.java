package fcvm.virtio;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Bytes that lie scattered in guest memory, as one sequence: one direction of a descriptor chain.
///
/// A driver may cut its requests into descriptors wherever it likes (virtio 1.3, 2.7.4), so devices
/// address the sequence, never a descriptor. Every segment was checked when the chain was taken.
public final class Buffers {
  /// No bytes.
  public static final Buffers EMPTY = new Buffers(List.of());

  private final List<MemorySegment> segments;
  private final long byteSize;

  Buffers(List<MemorySegment> segments) {
    this.segments = Collections.unmodifiableList(segments);
    long size = 0;
    for (MemorySegment segment : segments) {
      size += segment.byteSize();
    }
    this.byteSize = size;
  }

  /// All bytes of these, one after the other.
  public static Buffers join(List<Buffers> all) {
    List<MemorySegment> segments = new ArrayList<>();
    all.forEach(buffers -> segments.addAll(buffers.segments));
    return new Buffers(segments);
  }

  /// The pieces, in order; none is empty.
  public List<MemorySegment> segments() {
    return segments;
  }

  /// Bytes in all pieces together.
  public long byteSize() {
    return byteSize;
  }

  /// The bytes `[offset, offset + length)`.
  ///
  /// @throws IndexOutOfBoundsException if there are not that many: compare with [#byteSize] first
  public Buffers slice(long offset, long length) {
    if (offset < 0 || length < 0 || offset > byteSize || length > byteSize - offset) {
      throw new IndexOutOfBoundsException(
          "%d bytes at %d of %d".formatted(length, offset, byteSize));
    }
    List<MemorySegment> pieces = new ArrayList<>();
    long skip = offset;
    long left = length;
    for (MemorySegment segment : segments) {
      if (left == 0) {
        break;
      }
      long size = segment.byteSize();
      if (skip < size) {
        long taken = Math.min(left, size - skip);
        pieces.add(taken == size ? segment : segment.asSlice(skip, taken));
        left -= taken;
      }
      skip = Math.max(0, skip - size);
    }
    return new Buffers(pieces);
  }

  /// Copies the first `into.byteSize()` bytes out; there must be as many.
  public void copyTo(MemorySegment into) {
    long done = 0;
    for (MemorySegment piece : slice(0, into.byteSize()).segments) {
      MemorySegment.copy(piece, 0, into, done, piece.byteSize());
      done += piece.byteSize();
    }
  }

  /// Copies all of `from` to the start; there must be room.
  public void copyFrom(MemorySegment from) {
    long done = 0;
    for (MemorySegment piece : slice(0, from.byteSize()).segments) {
      MemorySegment.copy(from, done, piece, 0, piece.byteSize());
      done += piece.byteSize();
    }
  }
}
