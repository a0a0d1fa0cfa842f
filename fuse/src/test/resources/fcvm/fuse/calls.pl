# What the programs beside this one have in common: system calls that perl has no function for, other
# users, and lines that say what came of a call.
use strict;
use warnings;
use Fcntl qw(:DEFAULT :flock :mode :seek);
use Time::HiRes ();
use POSIX qw(mkfifo :errno_h :fcntl_h);
umask 022;
$| = 1;
my $n = 0;
our $fh;
my $arm = (POSIX::uname())[4] eq 'aarch64';
my %nr = (mknodat => [259, 33], openat => [257, 56], linkat => [265, 37], renameat2 => [316, 276],
  fchownat => [260, 54], utimensat => [280, 88], fallocate => [285, 47], copy_file_range => [326, 285],
  mkdirat => [258, 34], setxattr => [188, 5], lsetxattr => [189, 6], getxattr => [191, 8], listxattr => [194, 11],
  removexattr => [197, 14], fsetxattr => [190, 7], mmap => [9, 222], munmap => [11, 215], msync => [26, 227],
  pread => [17, 67], pwrite => [18, 68], lseek => [8, 62], statx => [332, 291], syncfs => [306, 267], fdatasync => [75, 83],
  faccessat => [269, 48], ftruncate => [77, 46], statfs => [137, 43]);
use constant { CWD => -100, NOFOLLOW => 0x100, FOLLOW => 0x400, EMPTY => 0x1000, NOW => 0x3fffffff, OMIT => 0x3ffffffe };

# A number goes as it is, a string as a pointer to its bytes.
sub call { my ($name, @a) = @_; syscall $nr{$name}[$arm ? 1 : 0], @a }
sub ok { $_[0] != -1 }
sub say_ { printf "%04d %s\n", ++$n, join ' ', @_ }
sub outcome { $_[0] ? 'ok' : 'errno ' . ($! + 0) }
sub result { my ($what, $ok) = @_; my $o = outcome($ok); say_($what, $o) }

# Runs as another user: its number, its group and more groups.
sub as {
  my ($uid, $groups, $code) = @_;
  my ($gid) = split ' ', $groups;
  local $) = $groups =~ / / ? "$gid $groups" : "$gid $gid";
  local $> = $uid;
  $code->();
}

sub mode { my @s = lstat $_[0]; @s ? sprintf('%06o %d:%d n%d s%d', @s[2, 4, 5, 3], S_ISDIR($s[2]) ? 0 : $s[7]) : 'errno ' . ($! + 0) }
sub show { say_($_, mode($_)) for @_ }
sub touch { my ($f, $m) = @_; sysopen(my $h, $f, O_CREAT | O_RDWR, $m // 0644) or return 0; print $h 'x'; close $h; 1 }
sub mknod { my ($p, $m, $dev) = @_; ok(call('mknodat', CWD, "$p", $m, $dev // 0)) }
sub lchown { my ($p, $u, $g) = @_; ok(call('fchownat', CWD, "$p", $u, $g, NOFOLLOW)) }
sub link_ { my ($from, $to, $flags) = @_; ok(call('linkat', CWD, "$from", CWD, "$to", $flags // 0)) }
sub rename_ { my ($from, $to, $flags) = @_; ok(call('renameat2', CWD, "$from", CWD, "$to", $flags)) }
sub times_ { my ($p, $times, $flags) = @_; ok(call('utimensat', CWD, "$p", pack('q4', @$times), $flags // 0)) }
sub xattr { my ($p, $name, $value, $flags) = @_; ok(call('setxattr', "$p", "$name", "$value", length $value, $flags // 0)) }
sub getx { my ($p, $name, $size) = @_; my $b = "\0" x ($size || 1); my $r = call('getxattr', "$p", "$name", $b, $size); $r < 0 ? 'errno ' . ($! + 0) : "$r " . ($size ? unpack('H*', substr $b, 0, $r) : '') }

# Makes a file of a type, whoever asks, with an owner.
my @types = qw(regular dir fifo block char socket symlink);
sub make {
  my ($type, $p, $uid, $gid) = @_;
  my $done = $type eq 'regular' ? touch($p) : $type eq 'dir' ? mkdir($p, 0755) : $type eq 'symlink' ? symlink('target', $p)
    : $type eq 'fifo' ? mkfifo($p, 0644) : mknod($p, 0644 | { block => S_IFBLK, char => S_IFCHR, socket => S_IFSOCK }->{$type}, 0x103);
  die "make $type $p: $!" if !$done;
  lchown($p, $uid, $gid // $uid) if defined $uid;
}
sub wipe { for my $p (@_) { unlink $p or rmdir $p } }

# Which of mtime and ctime of some files an action moves.
sub moves {
  my ($what, $files, $code) = @_;
  my @before = map { [Time::HiRes::lstat($_)] } @$files;
  select undef, undef, undef, 0.011;
  my $o = outcome($code->());
  my @moved = map { my ($b, @a) = (shift @before, Time::HiRes::lstat($_)); !@a ? 'gone' : !@$b ? 'new' : ($b->[9] != $a[9] ? 'm' : '-') . ($b->[10] != $a[10] ? 'c' : '-') } @$files;
  say_($what, $o, @moved);
}
1;
