package fcvm.provision;

import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Builds artifacts once, whoever asks first, and finds them again by name.
///
/// A build happens under a file lock, into a temporary name beside the final one, and counts only
/// after its rename. The kernel drops a dead builder's lock, so whatever carries a temporary name
/// while its lock is free was left by a dead builder, and the next build removes it.
final class ArtifactStore {
  private static final int KEPT = 3;
  private static final String TEMPORARY = ".tmp-";
  private static final String SCRATCH = "~";

  private final Path dir;
  private final Progress progress;

  // A thread of this process waits here, where a virtual thread gives up its carrier; a file lock
  // would keep it, and the builder that everybody waits for may be in need of one.
  private final Map<String, ReentrantLock> builders = new ConcurrentHashMap<>();

  /// @param dir an existing directory
  ArtifactStore(Path dir, Progress progress) {
    this.dir = dir;
    this.progress = progress;
  }

  /// What makes an artifact.
  @FunctionalInterface
  interface Build {
    /// Makes the artifact.
    ///
    /// @param temporary path to make it at; nothing is there
    /// @param step where to say how far it is
    void build(Path temporary, Progress.Step step) throws IOException;
  }

  /// A path beside a temporary one, for what is needed only while the artifact is being made; it
  /// goes the same way.
  static Path scratch(Path temporary) {
    return temporary.resolveSibling(temporary.getFileName() + SCRATCH);
  }

  /// True if the artifact is there.
  boolean has(Artifact artifact) {
    return exists(dir.resolve(artifact.name()));
  }

  /// The artifact's path; builds it if it is not there.
  ///
  /// @throws ProvisionException if it is missing and the directory is read-only or the disk has no
  ///   room for it, or as the build throws
  Path get(Artifact artifact, Build build) throws IOException {
    Path path = dir.resolve(artifact.name());
    if (exists(path)) {
      return path;
    }
    ReentrantLock builder = builders.computeIfAbsent(artifact.name(), name -> new ReentrantLock());
    try {
      builder.lockInterruptibly();
    } catch (InterruptedException e) {
      throw Command.interrupted(e);
    }
    try {
      return getAlone(artifact, build, path);
    } finally {
      builder.unlock();
    }
  }

  @SuppressWarnings("try") // the lock is held, not used
  private Path getAlone(Artifact artifact, Build build, Path path) throws IOException {
    if (exists(path)) {
      return path;
    }
    if (!Files.isWritable(dir)) {
      throw new ProvisionException(
          "the "
              + artifact.what()
              + " is missing, and "
              + dir
              + " cannot be written to; run fcvm setup where it can");
    }
    Path locks = Files.createDirectories(dir.resolve("locks"));
    try (FileLock lock = lock(locks.resolve(artifact.name()), artifact)) {
      if (exists(path)) {
        return path;
      }
      sweep(locks);
      try (Progress.Step step = progress.begin(artifact.what())) {
        buildAndRename(artifact, build, path, step);
        step.done();
      }
      return path;
    }
  }

  private void buildAndRename(Artifact artifact, Build build, Path path, Progress.Step step)
      throws IOException {
    DiskSpace.require(dir, artifact.bytes(), artifact.what());
    Path temporary = dir.resolve(TEMPORARY + artifact.name());
    Trees.delete(temporary);
    Trees.delete(scratch(temporary));
    try {
      build.build(temporary, step);
      Files.setLastModifiedTime(temporary, FileTime.from(Instant.now()));
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      prune(artifact);
    } catch (IOException e) {
      throw DiskSpace.explain(e, dir, artifact.bytes(), artifact.what());
    } finally {
      Trees.delete(temporary);
      Trees.delete(scratch(temporary));
    }
  }

  private FileLock lock(Path file, Artifact artifact) throws IOException {
    FileLock lock = FileLock.tryExclusive(file.toString());
    if (lock != null) {
      return lock;
    }
    try (Progress.Step step = progress.begin("waiting for another fcvm: " + artifact.what())) {
      step.progress(0, 0);
      FileLock awaited = FileLock.await(file.toString());
      step.done();
      return awaited;
    } catch (InterruptedException e) {
      throw Command.interrupted(e);
    }
  }

  /// Removes artifacts of the same kind that newer ones have replaced, all but the newest few:
  /// other versions of the program may be in use beside this one.
  private void prune(Artifact artifact) throws IOException {
    Pattern names =
        Pattern.compile(
            Pattern.quote(artifact.kind() + "-")
                + "[0-9a-f]{12}"
                + Pattern.quote(artifact.suffix()));
    try (Stream<Path> all = Files.list(dir)) {
      List<Path> replaced =
          all.filter(file -> names.matcher(file.getFileName().toString()).matches())
              .sorted(Comparator.comparing(ArtifactStore::modified).reversed())
              .skip(KEPT)
              .toList();
      for (Path file : replaced) {
        remove(file);
      }
    }
  }

  /// Removes an artifact, then what is about it: files with its name and an ending of their own.
  static void remove(Path artifact) throws IOException {
    Trees.delete(artifact);
    Path dir = artifact.resolveSibling("");
    try (DirectoryStream<Path> about =
        Files.newDirectoryStream(
            dir, file -> file.getFileName().toString().startsWith(artifact.getFileName() + "."))) {
      for (Path file : about) {
        Trees.delete(file);
      }
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      // Somebody else has just removed it.
      return FileTime.fromMillis(0);
    }
  }

  /// Removes what dead builders left.
  private void sweep(Path locks) throws IOException {
    try (DirectoryStream<Path> stale = Files.newDirectoryStream(dir, TEMPORARY + "*")) {
      for (Path temporary : stale) {
        String name = temporary.getFileName().toString().substring(TEMPORARY.length());
        name = name.endsWith(SCRATCH) ? name.substring(0, name.length() - 1) : name;
        try (FileLock lock = FileLock.tryExclusive(locks.resolve(name).toString())) {
          if (lock != null) {
            Trees.delete(temporary);
          }
        }
      }
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
