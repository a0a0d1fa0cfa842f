package fcvm.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns Podman's `USER[:GROUP]` into what setpriv wants.
final class UserArguments {
  private static final Path PASSWD = Path.of("/etc/passwd");
  private static final int NAME = 0;
  private static final int UID = 2;
  private static final int GID = 3;
  private static final int FIELDS = 7;

  private UserArguments() {}

  /// The command to put before a program.
  ///
  /// @throws CommandException for a name that `/etc/passwd` does not have
  static List<String> setpriv(String user) throws CommandException {
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    String[] entry = passwd(name);
    if (entry == null && !isNumber(name)) {
      throw new CommandException(CommandException.FAILED, "no user \"" + name + "\" in the guest");
    }
    String uid = entry == null ? name : entry[UID];
    String gid = colon >= 0 ? user.substring(colon + 1) : entry == null ? "0" : entry[GID];
    // Only a user with an entry can be in more groups than one.
    String groups = entry == null ? "--clear-groups" : "--init-groups";
    return List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, groups, "--");
  }

  private static String @Nullable [] passwd(String user) throws CommandException {
    try {
      for (String line : Files.readAllLines(PASSWD, StandardCharsets.ISO_8859_1)) {
        String[] fields = line.split(":", -1);
        if (fields.length == FIELDS && (fields[NAME].equals(user) || fields[UID].equals(user))) {
          return fields;
        }
      }
      return null;
    } catch (IOException e) {
      throw new CommandException(CommandException.FAILED, "reading " + PASSWD + ": " + e);
    }
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
