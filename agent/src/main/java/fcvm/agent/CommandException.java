package fcvm.agent;

import fcvm.linux.LinuxException;
import java.io.IOException;

/// A command could not be run; the code is what Podman would exit with.
public final class CommandException extends IOException {
  private static final long serialVersionUID = 1;

  /// Something other than the command failed.
  public static final int FAILED = 125;

  /// The program is there and cannot be executed.
  public static final int NOT_EXECUTABLE = 126;

  /// There is no such program.
  public static final int NOT_FOUND = 127;

  private final int code;

  public CommandException(int code, String message) {
    super(message);
    this.code = code;
  }

  /// Why a program was not executed.
  static CommandException of(LinuxException e) {
    int code =
        switch (e.errno()) {
          case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG -> NOT_FOUND;
          case EAGAIN, ENOMEM, EMFILE, ENFILE -> FAILED;
          default -> NOT_EXECUTABLE;
        };
    return new CommandException(code, String.valueOf(e.getMessage()));
  }

  /// 125, 126 or 127.
  public int code() {
    return code;
  }
}
