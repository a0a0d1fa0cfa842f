package fcvm.container;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Directories that belong to us alone.
public final class Tree {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private Tree() {}

  /// Makes a directory and its parents; what it makes only the owner may enter.
  public static Path create(Path directory) throws IOException {
    return Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /// Deletes a file, or a directory with all that is in it. A symbolic link is deleted, never
  /// followed; something that is not there is no error.
  public static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          delete(entry);
        }
      } catch (NoSuchFileException e) {
        return;
      }
    }
    Files.deleteIfExists(path);
  }
}
