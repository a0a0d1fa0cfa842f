package fcvm.provision;

import fcvm.linux.Errno;
import fcvm.linux.Extent;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Copies of files that are mostly holes.
public final class SparseFile {
  /// `_IOW(0x94, 9, int)`, `include/uapi/linux/fs.h`.
  private static final long FICLONE = 0x40049409;

  private static final int BUFFER = 1 << 20;

  private SparseFile() {}

  /// Copies a file to a new one, mode 0600: by sharing its blocks where the file system can
  /// (FICLONE), else extent by extent, so that holes stay holes.
  ///
  /// @throws IOException if `to` exists already, or the disk is full; then `to` is removed
  public static void copy(Path from, Path to) throws IOException {
    int flags = Fd.O_RDWR | Fd.O_CREAT | Fd.O_EXCL;
    try (Fd source = Fd.open(from.toString(), Fd.O_RDONLY);
        Fd target = Fd.open(to.toString(), flags, 0600)) {
      try {
        if (target.ioctlResult(FICLONE, source.number()) < 0) {
          copyExtents(source, target);
          extend(to, Files.size(from));
        }
      } catch (IOException e) {
        Files.deleteIfExists(to);
        throw e;
      }
    }
  }

  private static void copyExtents(Fd source, Fd target) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER);
      for (Extent extent : Extent.of(source)) {
        long end = extent.offset() + extent.length();
        for (long offset = extent.offset(); offset < end; ) {
          MemorySegment piece = buffer.asSlice(0, Math.min(BUFFER, end - offset));
          long n = check("read of " + source, source.preadResult(piece, offset));
          if (n == 0) {
            break;
          }
          writeAll(target, piece.asSlice(0, n), offset);
          offset += n;
        }
      }
    }
  }

  private static void writeAll(Fd target, MemorySegment bytes, long offset) throws IOException {
    for (long done = 0; done < bytes.byteSize(); ) {
      done += check("write to " + target, target.pwriteResult(bytes.asSlice(done), offset + done));
    }
  }

  private static long check(String call, long result) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(call, Errno.of((int) -result));
    }
    return result;
  }

  /// Gives a file its size without writing data: a hole at its end.
  static void extend(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.size() < size) {
        channel.write(ByteBuffer.allocate(1), size - 1);
      }
    }
  }
}
