"""The phrase of a ballot paper: three Vietnamese words by which its owner finds it.

It follows from the random bytes of the paper alone, so each paper of a member has another
one, and the phrases of two items say nothing of each other.
"""

import hashlib

_LIST = """
áo ấp bạc bàn bánh báo bắp bát bầu bay bến bếp biển bình bơ bóng bưởi bướm bút ca cam cần
cát cau cây chanh chè chiếu chim chợ chổi chữ chùa chuối chuông cỏ cốc cối cơm cua cúc cung
đá đàn dao đất dây dê đêm đèn diều đỉnh đỏ đồi dòng dù dừa đuốc dương ếch én gà gác gạch gấm
gạo gấu ghe giày giếng gió giọt giường gối gốm gừng gương hạc hai hàng hành hạt hè hến hiên
hồ hoa hồng hộp huệ hươu kem kén kẹo khăn khay khế kho khóa khoai khói khóm kiến kim kính lá
lạc lan làng lê lều lịch liễu lò lồng lúa lược lưới lươn mai mầm màn măng mật mây me mèo mía
mít mõ mũ mùa mực muối mương mướp na nai nấm nắng nem nến ngà ngan nghé ngô ngọc ngói ngựa
nhà nhạc nhãn nhện nho nhung nồi nón nụ nứa núi nước ốc ổi ong phà phấn phao phim phin phố
phượng quà quân quạt quế quýt rái rau rèm rêu rìu rổ rơm rồng rùa rừng sách sấm sân sao sáp
sấu sen sếu sò sóc sơn sông sữa sung suối tám táo tàu thác thảm than thang thềm thêu thìa
thỏ thóc thông thu thước thuyền tiếng tím tơ tỏi tôm trà trám trăng tranh trâu tre trời
trống trứng tủ túi tùng tường tuyết ươm vạc vải vàng váy vịt vó voi võng vua vừng vườn xanh
xe xoài xoan xôi xuân xuồng yên
"""

WORDS = tuple(_LIST.split())
"""256 short words of daily life, in the order of the alphabet; no two differ by an accent
alone. The browser gets this list with the page and makes the same phrases."""

_PURPOSE = b"thidua-phrase:"


def phrase_of(paper: bytes) -> str:
    """Return the three words of a paper: one for each of the first bytes of a SHA-256."""
    digest = hashlib.sha256(_PURPOSE + paper).digest()
    return " ".join(WORDS[byte] for byte in digest[:3])
