package fcvm.agent.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The files that rows work on. Made before anything is measured, by the guest on its own disk, by
/// the host in the directory that it shares: there a guest would take minutes for it.
///
/// @param root a directory
public record Fixture(Path root) {
  static final int MIB = 1 << 20;
  static final int DATA_MIB = 16;
  static final int BLOCK = 4 << 10;
  static final int BLOCKS = DATA_MIB * MIB / BLOCK;

  static final int DIRECTORIES = 40;
  static final int FILES_EACH = 50;
  static final int SMALL = 1 << 10;
  private static final int LARGE = 16 << 10;

  /// One directory in so many has small files.
  private static final int SMALL_EVERY = 8;

  // The same content and places on every file system.
  private static final long SEED = 1;

  /// Makes everything in an empty directory.
  public void make() throws IOException {
    writeData(content(MIB));
    Files.createDirectory(scratch());
    Files.createDirectory(tree());
    for (int i = 0; i < DIRECTORIES; i++) {
      Files.createDirectory(directory(i));
      byte[] content = new byte[i % SMALL_EVERY == 0 ? SMALL : LARGE];
      for (Path file : files(directory(i), FILES_EACH)) {
        Files.write(file, content);
      }
    }
  }

  /// A file of [#DATA_MIB]. It has all its blocks from the beginning: what is measured is never how
  /// a file system finds room.
  Path data() {
    return root.resolve("data");
  }

  /// An empty directory, left empty.
  Path scratch() {
    return root.resolve("scratch");
  }

  /// A directory of [#DIRECTORIES], with [#FILES_EACH] in each.
  Path tree() {
    return root.resolve("tree");
  }

  /// A directory of the tree.
  Path directory(int number) {
    return tree().resolve("dir-%02d".formatted(number));
  }

  /// Paths of so many files in a directory, whether they are there or not.
  static List<Path> files(Path directory, int count) {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(directory.resolve("file-%05d.txt".formatted(i)));
    }
    return files;
  }

  /// Overwrites the data from its beginning to its end, and waits until it is on the disk.
  void writeData(ByteBuffer mib) throws IOException {
    try (FileChannel channel =
        FileChannel.open(data(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < DATA_MIB; i++) {
        writeAll(channel, mib.rewind(), (long) i * MIB);
      }
      channel.force(true);
    }
  }

  static void writeAll(FileChannel channel, ByteBuffer from, long offset) throws IOException {
    while (from.hasRemaining()) {
      offset += channel.write(from, offset);
    }
  }

  /// Content that nobody can leave out because it is zero. Direct, so that Java need not copy it
  /// for each call.
  static ByteBuffer content(int size) {
    byte[] bytes = new byte[size];
    new Random(SEED).nextBytes(bytes);
    return ByteBuffer.allocateDirect(size).put(bytes).flip();
  }

  /// Offsets of blocks of the data, in an order without order.
  static long[] offsets() {
    return new Random(SEED)
        .ints(BLOCKS, 0, BLOCKS)
        .mapToLong(block -> (long) block * BLOCK)
        .toArray();
  }
}
