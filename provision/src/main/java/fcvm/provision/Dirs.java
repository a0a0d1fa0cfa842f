package fcvm.provision;

import fcvm.linux.IoReason;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where fcvm keeps its files.
///
/// @param data what is fetched or built once, named by content; may be shared read-only
/// @param state what belongs to single VMs
/// @param runtime sockets; a short path, because a socket's path has at most 107 bytes
public record Dirs(Path data, Path state, Path runtime) {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  /// The directories that an environment asks for.
  ///
  /// @param environment `FCVM_DATA_DIR`, `FCVM_STATE_DIR`, `XDG_DATA_HOME`, `XDG_RUNTIME_DIR` and
  ///   `HOME` matter
  /// @param uid the user's number
  public static Dirs of(Map<String, String> environment, int uid) {
    Path data =
        path(environment, "FCVM_DATA_DIR").orElseGet(() -> dataHome(environment).resolve("fcvm"));
    Path state = path(environment, "FCVM_STATE_DIR").orElseGet(() -> data.resolve("vms"));
    return new Dirs(data, state, runtime(environment, uid));
  }

  /// The directories of this process, made with mode 0700 where they are missing.
  ///
  /// @throws IOException if one cannot be made; its message names the directory
  public static Dirs ofProcess() throws IOException {
    int uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Dirs dirs = of(System.getenv(), uid);
    dirs.make();
    demandOwn(dirs.runtime, uid);
    return dirs;
  }

  /// Whoever can write where sockets are can put himself between a user and his VMs; and in `/tmp`
  /// anybody can make a directory with the name that we look for.
  static void demandOwn(Path dir, int uid) throws IOException {
    int owner = (Integer) Files.getAttribute(dir, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(dir);
    if (owner != uid
        || permissions.contains(PosixFilePermission.GROUP_WRITE)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new ProvisionException(
          dir + " is not yours alone: remove it, or set XDG_RUNTIME_DIR to a directory that is");
    }
  }

  /// Makes the directories that are missing, with mode 0700.
  public void make() throws IOException {
    make(data, "FCVM_DATA_DIR");
    make(state, "FCVM_STATE_DIR");
    make(runtime, "XDG_RUNTIME_DIR");
  }

  private static void make(Path dir, String variable) throws IOException {
    if (Files.isDirectory(dir)) {
      return;
    }
    try {
      Files.createDirectories(dir, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException e) {
      throw new ProvisionException(
          e.getFile() + " is not a directory: set " + variable + " to one", e);
    } catch (IOException e) {
      throw new ProvisionException(
          "cannot make the directory %s (%s): set %s to one that you can write"
              .formatted(dir, IoReason.of(e), variable),
          e);
    }
  }

  private static Path dataHome(Map<String, String> environment) {
    // The XDG specification: a relative path is to be ignored.
    String xdg = environment.getOrDefault("XDG_DATA_HOME", "");
    return xdg.startsWith("/")
        ? Path.of(xdg)
        : Path.of(environment.getOrDefault("HOME", "/root"), ".local/share");
  }

  private static Path runtime(Map<String, String> environment, int uid) {
    String xdg = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (xdg.startsWith("/")) {
      return Path.of(xdg, "fcvm");
    }
    return uid == 0 ? Path.of("/run/fcvm") : Path.of("/tmp/fcvm-" + uid);
  }

  // Empty is as good as not set: it must not mean the directory that somebody happens to be in.
  private static Optional<Path> path(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isEmpty())
        .map(value -> Path.of(value).toAbsolutePath().normalize());
  }
}
