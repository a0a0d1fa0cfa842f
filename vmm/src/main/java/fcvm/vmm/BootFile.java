package fcvm.vmm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file that is put into guest memory before the guest starts: kernel or initrd. Its errors say
/// which file, and which of the two it was to be.
public final class BootFile implements AutoCloseable {
  // A larger buffer cannot be had of a segment.
  private static final long LARGEST_READ = 1 << 30;

  private final String role;
  private final Path path;
  private final FileChannel channel;
  private final long size;

  private BootFile(String role, Path path, FileChannel channel, long size) {
    this.role = role;
    this.path = path;
    this.channel = channel;
    this.size = size;
  }

  /// Opens a regular file that is not empty.
  ///
  /// @param role `kernel` or `initrd`, for messages
  public static BootFile open(String role, Path path) throws BootException {
    try {
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw new BootException(role + " " + path + " is not a regular file");
      }
      long size = Files.size(path);
      if (size == 0) {
        throw new BootException(role + " " + path + " is empty");
      }
      return new BootFile(role, path, FileChannel.open(path, StandardOpenOption.READ), size);
    } catch (NoSuchFileException e) {
      throw new BootException(role + " " + path + " does not exist", e);
    } catch (IOException e) {
      throw new BootException(role + " " + path + " cannot be opened: " + e.getMessage(), e);
    }
  }

  /// Bytes in the file.
  public long size() {
    return size;
  }

  /// The file's first bytes, fewer if it is shorter.
  public byte[] head(int length) throws BootException {
    byte[] head = new byte[(int) Math.min(length, size)];
    read(0, MemorySegment.ofArray(head));
    return head;
  }

  /// Fills `into` with the bytes from `offset` on.
  ///
  /// @throws BootException if the file ends before, or cannot be read
  public void read(long offset, MemorySegment into) throws BootException {
    long done = 0;
    try {
      while (done < into.byteSize()) {
        long length = Math.min(into.byteSize() - done, LARGEST_READ);
        ByteBuffer buffer = into.asSlice(done, length).asByteBuffer();
        int read = channel.read(buffer, offset + done);
        if (read < 0) {
          throw invalid("ends at byte " + (offset + done));
        }
        done += read;
      }
    } catch (IOException e) {
      throw new BootException(this + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// What to throw when the file is not what it should be.
  ///
  /// @param complaint how its sentence ends, such as `is not an ELF file`
  public BootException invalid(String complaint) {
    return new BootException(this + " " + complaint);
  }

  @Override
  public void close() throws BootException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new BootException(this + " cannot be closed: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return role + " " + path;
  }
}
