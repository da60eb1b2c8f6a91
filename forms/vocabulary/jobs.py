"""The words of work that the system does by itself."""

from forms.vocabulary.word import Word


class JobState(Word):
    """Life of a job; a periodic one goes from running back to waiting."""

    WAITING = "waiting", "Đang chờ", "Waiting"
    RUNNING = "running", "Đang chạy", "Running"
    DONE = "done", "Đã xong", "Done"
    FAILED = "failed", "Không thành công", "Failed"
