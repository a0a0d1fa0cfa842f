package fcvm.container.copy;

import fcvm.container.ContainerException;

/// Where a copy goes, by the rules of `podman cp` and `docker cp`. All paths are raw, one byte per
/// character.
///
/// @param directory the existing directory that gets it
/// @param name what it is called there; [#CONTENTS] if only what is in it goes there
public record CopyTarget(String directory, String name) {
  /// Instead of a name.
  public static final String CONTENTS = ".";

  /// What is at a path.
  public enum Kind {
    ABSENT,
    FILE,
    DIRECTORY
  }

  /// Where something goes.
  ///
  /// @param from its path; `/.` at the end means what is in the directory
  /// @param isDirectory whether it is one
  /// @param to the path that was asked for
  /// @param kind what is there now; for a link, what it leads to
  /// @throws ContainerException if it cannot go there
  public static CopyTarget of(String from, boolean isDirectory, String to, Kind kind)
      throws ContainerException {
    if (kind == Kind.DIRECTORY) {
      boolean contents = isDirectory && (from.endsWith("/.") || from.equals("."));
      return new CopyTarget(to, contents ? CONTENTS : name(from));
    }
    if (kind == Kind.FILE && isDirectory) {
      throw new ContainerException(
          "cannot copy the directory " + from + " over " + to + ", which is a file");
    }
    if (kind == Kind.ABSENT && !isDirectory && to.endsWith("/")) {
      throw new ContainerException("there is no directory " + to + " to copy " + from + " into");
    }
    return new CopyTarget(parent(to), name(to));
  }

  /// The last name of a path.
  ///
  /// @throws ContainerException if it has none of its own, as `..`
  public static String name(String path) throws ContainerException {
    String trimmed = trimmed(path);
    String name = trimmed.substring(trimmed.lastIndexOf('/') + 1);
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw new ContainerException(
          "\"" + path + "\" does not say what the copy is to be called: give a name");
    }
    return name;
  }

  private static String parent(String path) {
    String trimmed = trimmed(path);
    int slash = trimmed.lastIndexOf('/');
    return switch (slash) {
      case -1 -> ".";
      case 0 -> "/";
      default -> trimmed.substring(0, slash);
    };
  }

  /// Without what says the same with less: slashes and dots at the end.
  private static String trimmed(String path) {
    String trimmed = path;
    while (trimmed.length() > 1 && (trimmed.endsWith("/") || trimmed.endsWith("/."))) {
      trimmed = trimmed.substring(0, trimmed.length() - 1);
    }
    return trimmed;
  }
}
