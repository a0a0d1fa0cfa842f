package fcvm.container.image;

import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a run has of its image: the disk stays where it is until this is closed.
///
/// @param disk empty for an image that is in the guests' root file system
/// @param lock the image's, shared
public record GuestImage(Optional<Path> disk, @Nullable FileLock lock) implements AutoCloseable {
  /// The image that each guest has in its root file system.
  public static final String BUILT_IN = "localhost/busybox:latest";

  /// The image of a disk that another process has chosen, held by this one, too, where the store
  /// can be written to.
  public static GuestImage hold(Optional<Path> disk) throws IOException {
    return new GuestImage(
        disk, disk.isPresent() ? StoreFiles.of(disk.get()).use(disk.get()) : null);
  }

  static GuestImage builtIn() {
    return new GuestImage(Optional.empty(), null);
  }

  /// The id of the image on a disk, by which Podman finds it there.
  public static String id(Path disk) {
    return ImageDisk.imageId(disk);
  }

  @Override
  public void close() {
    if (lock != null) {
      lock.close();
    }
  }
}
