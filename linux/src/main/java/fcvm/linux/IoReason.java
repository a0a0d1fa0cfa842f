package fcvm.linux;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// Why input or output failed, in words. The messages of Java's own exceptions are often a bare
/// file name: what they mean is in the exception's class.
public final class IoReason {
  private IoReason() {}

  /// What failed, on what, for people.
  public static String of(IOException e) {
    if (e instanceof FileSystemException failure && failure.getFile() != null) {
      return failure.getFile() + ": " + reason(failure);
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static String reason(FileSystemException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> Errno.ENOENT.text();
      case AccessDeniedException _ -> Errno.EACCES.text();
      case FileAlreadyExistsException _ -> Errno.EEXIST.text();
      case NotDirectoryException _ -> Errno.ENOTDIR.text();
      default ->
          failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
    };
  }
}
